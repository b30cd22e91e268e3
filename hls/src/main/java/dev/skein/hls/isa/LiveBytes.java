package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which bytes of the buffers of a core are read later on and were written before, found from the
 * end of a stream backwards. Lengths are the largest ones: what a longer step writes, a shorter
 * one has in the same place. Strided rows count as one interval, so a value that is partly written
 * before a cut and partly after it must not have gaps that the second part covers; those of the
 * compiler have none.
 */
final class LiveBytes {
    /** Bytes that are told apart: operands of on-chip loads and stores start at multiples. */
    static final int GRAIN = 16;

    /**
     * Bytes side by side.
     *
     * @param from first byte
     * @param bytes how many
     */
    record Run(int from, int bytes) {}

    private final Program program;
    private final Lengths most;
    private final Map<Space, BitSet> live = new EnumMap<>(Space.class);

    LiveBytes(Program program) {
        this.program = program;
        this.most = Lengths.within(Limits.of(program));
        for (Space space : Space.values()) {
            live.put(space, new BitSet());
        }
    }

    /** Goes back over an instruction. */
    void before(Instruction instruction) {
        visit(instruction, true);
        visit(instruction, false);
    }

    private void visit(Instruction instruction, boolean writes) {
        new Accesses(most, new AccessSink() {
            @Override
            public void onChip(Space space, long from, long to, boolean write) {
                if (write != writes) {
                    return;
                }
                // Of activations only whole grains are overwritten, but parts of them are read.
                // Loads to the other buffers start at a grain and have the rest of their last one.
                boolean whole = write && space == Space.ACT;
                int first = Math.toIntExact(whole ? Math.ceilDiv(from, (long) GRAIN)
                        : from / GRAIN);
                int end = Math.toIntExact(whole ? to / GRAIN : Math.ceilDiv(to, (long) GRAIN));
                if (first < end) {
                    live.get(space).set(first, end, !write);
                }
            }

            @Override
            public void offChip(Memory memory, int base, long from, long to, boolean write) { }
        }).visit(instruction);
    }

    /** As of now. */
    LiveBytes copy() {
        var out = new LiveBytes(program);
        live.forEach((space, bits) -> out.live.put(space, (BitSet) bits.clone()));
        return out;
    }

    /** Grains of a buffer; the caller's own. */
    BitSet bits(Space space) {
        return (BitSet) live.get(space).clone();
    }

    /** Of the activation buffer. */
    List<Run> act() {
        BitSet bits = live.get(Space.ACT);
        int size = program.buffers().actBytes();
        var out = new ArrayList<Run>();
        for (int from = bits.nextSetBit(0); from >= 0;) {
            int to = bits.nextClearBit(from);
            int end = Math.min(size, to * GRAIN);
            out.add(new Run(from * GRAIN, end - from * GRAIN));
            from = bits.nextSetBit(to);
        }
        return out;
    }

    /** Bytes of the activation buffer. */
    long actBytes() {
        return act().stream().mapToLong(Run::bytes).sum();
    }
}
