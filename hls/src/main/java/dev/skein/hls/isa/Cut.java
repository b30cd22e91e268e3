package dev.skein.hls.isa;

import java.util.List;

/**
 * A SYNC at which a stream is cut.
 *
 * @param index of the SYNC in the stream
 * @param gather where gathered rows lie in ACT
 * @param sent broadcasts before it, those of neighbouring columns as one
 * @param maxTokens largest CNT
 * @param span what lengths of a context count from here on
 * @param bases base registers here
 */
record Cut(int index, int gather, List<Instruction.Broadcast> sent, int maxTokens, Span span,
        long[] bases) {
    /** Rows that are exchanged. */
    Extent rows() {
        return sent.getFirst().rows();
    }

    /** From one gathered row to the next. */
    int rowBytes() {
        return sent.getFirst().dstStride();
    }

    /** Whether another core sends columns of the same rows. */
    boolean alike(Cut other) {
        return rows().equals(other.rows()) && rowBytes() == other.rowBytes()
                && gather == other.gather;
    }

    /** Most bytes of a broadcast. */
    long bytes(Instruction.Broadcast b) {
        long rows = b.rows().mode() == Extent.Mode.TOKENS
                ? Lengths.times(b.rows().imm(), maxTokens) : b.rows().imm();
        return Lengths.times(rows, 4L * b.cols());
    }
}
