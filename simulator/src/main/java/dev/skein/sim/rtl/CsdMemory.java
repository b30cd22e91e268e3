package dev.skein.sim.rtl;

import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.KvPages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Buffers of a card, whole beats of 64 bytes.
 *
 * @param pages of K and V, and of the second copy of K
 * @param tables of page numbers
 * @param vectors queries, sums of values, outputs and selections
 */
public record CsdMemory(byte[] pages, byte[] tables, byte[] vectors) {
    /** Refuses half beats. */
    public CsdMemory {
        for (byte[] buffer : new byte[][] {pages, tables, vectors}) {
            if (buffer.length % KvPages.BEAT_BYTES != 0) {
                throw new IllegalArgumentException("a buffer of " + buffer.length
                        + " bytes; a multiple of " + KvPages.BEAT_BYTES);
            }
        }
    }

    static int beats(long bytes) {
        return Math.toIntExact(bytes / KvPages.BEAT_BYTES);
    }

    /** Beats of a row of binary16, which starts with a new beat. */
    static int halfBeats(int rowLength) {
        return Math.ceilDiv(rowLength * Short.BYTES, KvPages.BEAT_BYTES);
    }

    /** Beats of a list of words. */
    static int wordBeats(int length) {
        return Math.ceilDiv(length * Integer.BYTES, KvPages.BEAT_BYTES);
    }

    static ByteBuffer view(byte[] buffer, int beat) {
        return ByteBuffer.wrap(buffer).position(beat * KvPages.BEAT_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Outputs of a job, {@code [queryHeads, headDim] binary16}. */
    public short[] outputs(CsdJob job) {
        int d = job.layout().headDim();
        short[] out = new short[job.queryHeads() * d];
        for (int h = 0; h < job.queryHeads(); h++) {
            view(vectors, job.places().outputs() + h * halfBeats(d)).asShortBuffer()
                    .get(out, h * d, d);
        }
        return out;
    }

    /** What a job has chosen; no channels if it chose all tokens. */
    public Chosen chosen(CsdJob job) {
        int at = job.places().selection();
        float[] alpha = new float[job.queryHeads()];
        view(vectors, at).asFloatBuffer().get(alpha);
        int[] channels = new int[job.sparf().isDense(job.tokens()) ? 0 : job.sparf().channels()];
        view(vectors, at + 1).asIntBuffer().get(channels);
        int[] tokens = new int[job.chosenTokens()];
        view(vectors, at + 1 + wordBeats(job.sparf().channels())).asIntBuffer().get(tokens);
        return new Chosen(channels, tokens, alpha);
    }
}
