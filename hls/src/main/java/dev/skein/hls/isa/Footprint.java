package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * What an instruction reads and writes. Strided rows are covered by one interval from the first
 * byte of the first row to the last byte of the last one. {@link #visit} is the same without
 * allocation.
 *
 * <p>Three accesses are not those of an ordinary operand. BCAST writes buffers of other cores too;
 * here it only reads its source, and the SYNC that follows writes its gather interval: whoever
 * reads it comes after the SYNC. LDG reads rows that the ids decide; the first row stands for them,
 * and a device refuses an id whose row is outside the region. A matrix instruction with a tiled k
 * writes out in the last iteration only, but counts as a writer in each.
 *
 * @param onChip accesses to the core's buffers
 * @param offChip accesses to memory, before adding the base register
 */
public record Footprint(List<OnChip> onChip, List<OffChip> offChip) {

    /**
     * An access to a buffer, bytes {@code [from, to)}.
     *
     * @param space which buffer
     * @param from first byte
     * @param to one past the last byte
     * @param write whether it writes
     */
    public record OnChip(Space space, long from, long to, boolean write) {}

    /**
     * An access to memory, bytes {@code [from, to)} after the base register.
     *
     * @param memory which memory
     * @param base base register
     * @param from first byte
     * @param to one past the last byte
     * @param write whether it writes
     */
    public record OffChip(Memory memory, int base, long from, long to, boolean write) {}

    /** Copies the lists. */
    public Footprint {
        onChip = List.copyOf(onChip);
        offChip = List.copyOf(offChip);
    }

    /** The accesses under these registers. */
    public static Footprint of(Instruction instruction, Registers registers) {
        return collect(instruction, Lengths.at(registers));
    }

    /** The accesses over all legal registers and loop iterations. */
    public static Footprint bounds(Instruction instruction, Limits limits) {
        return collect(instruction, Lengths.within(limits));
    }

    /** The accesses over all registers and iterations legal in this program. */
    public static Footprint bounds(Instruction instruction, Program program) {
        return bounds(instruction, Limits.of(program));
    }

    /** Hands the accesses under these registers to the sink. */
    public static void visit(Instruction instruction, Registers registers, AccessSink sink) {
        new Accesses(Lengths.at(registers), sink).visit(instruction);
    }

    /**
     * Bytes from one packed row of weights to the next, as {@code hls.number.PackedRows} lays them
     * out: units of 16 weights, then a byte for each group.
     *
     * @param bits weight width
     * @param group group code, 0 for none
     * @param k weights in a row
     */
    public static long rowStride(WeightBits bits, int group, long k) {
        long units = (k + 15) / 16;
        long groupSize = 8L << group;
        long groups = group == 0 ? 0 : (16 * units + groupSize - 1) / groupSize;
        return units * 2 * bits.bits() + groups;
    }

    private static Footprint collect(Instruction instruction, Lengths lengths) {
        var onChip = new ArrayList<OnChip>();
        var offChip = new ArrayList<OffChip>();
        new Accesses(lengths, new AccessSink() {
            @Override
            public void onChip(Space space, long from, long to, boolean write) {
                onChip.add(new OnChip(space, from, to, write));
            }

            @Override
            public void offChip(Memory memory, int base, long from, long to, boolean write) {
                offChip.add(new OffChip(memory, base, from, to, write));
            }
        }).visit(instruction);
        return new Footprint(onChip, offChip);
    }
}
