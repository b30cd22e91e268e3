package dev.skein.compiler.artifact;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Memory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How the channels of a memory share its addresses, so that a loader can cut an image into them.
 *
 * @param channels of the memory as each core sees it, 0 if it has none
 * @param stripeBytes bytes on one channel before the next one follows
 */
public record Stripes(List<Integer> channels, int stripeBytes) {
    /** Copies the list. */
    public Stripes {
        channels = List.copyOf(channels);
    }

    /** Those of all memories of a board. */
    public static Map<Memory, Stripes> of(Board board) {
        return of(board, 1);
    }

    /** Those of all memories of so many cards of a board. */
    public static Map<Memory, Stripes> of(Board board, int cards) {
        var out = new EnumMap<Memory, Stripes>(Memory.class);
        for (Memory memory : Memory.values()) {
            List<Integer> channels = IntStream.range(0, cards * board.cores()).mapToObj(
                    core -> board.memory(memory, core % board.cores()).channels()).toList();
            out.put(memory, new Stripes(channels, board.memory(memory, 0).stripeBytes()));
        }
        return out;
    }
}
