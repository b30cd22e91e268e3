package dev.skein.compiler.artifact;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the channels of a memory share its addresses, so that a loader can cut an image into them.
 *
 * @param channels of the memory
 * @param stripeBytes bytes on one channel before the next one follows
 */
public record Stripes(int channels, int stripeBytes) {

    /** Those of all memories of a board. */
    public static Map<Memory, Stripes> of(Board board) {
        var out = new EnumMap<Memory, Stripes>(Memory.class);
        for (Memory memory : Memory.values()) {
            OffChipMemory m = board.memory(memory, 0);
            out.put(memory, new Stripes(m.channels(), m.stripeBytes()));
        }
        return out;
    }
}
