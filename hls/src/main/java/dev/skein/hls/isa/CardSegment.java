package dev.skein.hls.isa;

import java.util.List;

/**
 * What several cards do of a step until one needs what another has computed.
 *
 * @param cards the program of each card, all for the cores of one card
 * @param gathered what the host puts together afterwards: the input of the next segment, or the
 *     logits
 */
public record CardSegment(List<VerifiedProgram> cards, Gathered gathered) {
    /** Copies the list. */
    public CardSegment {
        cards = List.copyOf(cards);
    }

    /**
     * Rows whose columns the cards have computed.
     *
     * @param address where a card finds them in its DDR, bytes
     * @param rowBytes of a whole row
     * @param rows how many
     * @param slices whose they are
     */
    public record Gathered(long address, int rowBytes, Extent rows, List<Slice> slices) {
        /** Copies the list. */
        public Gathered {
            slices = List.copyOf(slices);
        }
    }

    /**
     * Columns of gathered rows.
     *
     * @param card who has them
     * @param address of the first row in the DDR of that card, bytes; rows follow each other
     * @param rowBytes of these columns
     * @param column first byte in a whole row
     */
    public record Slice(int card, long address, int rowBytes, int column) {}
}
