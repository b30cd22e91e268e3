package dev.skein.hls.isa;

import java.util.List;

/**
 * What one step of a model executes: a stream a core plus the memory it may touch. Immutable and
 * not yet trusted; VerifiedProgram is what a device takes.
 *
 * @param name {@code decode} or {@code prefill}
 * @param maxTokens largest CNT
 * @param maxContext largest CTX, so POS + CNT
 * @param buffers on-chip capacities the program was compiled for
 * @param regions off-chip extents; at the start of a step base register {@code r.base()} of core c
 *     holds the offset of the region of core c (or the shared region) that names it
 * @param streams instructions of each core, ending with END
 */
public record Program(String name, int maxTokens, int maxContext, BufferSizes buffers,
        List<Region> regions, List<List<Instruction>> streams) {
    /** Copies the lists. */
    public Program {
        regions = List.copyOf(regions);
        streams = streams.stream().map(List::copyOf).toList();
    }

    /** Number of cores. */
    public int cores() {
        return streams.size();
    }

    /** Size of the encoded streams of all cores, bytes. */
    public long encodedBytes() {
        return streams.stream().mapToLong(s -> (long) s.size() * Opcode.WORD_BYTES).sum();
    }

    /**
     * The same program with its repetitions written out, as sequencers dispatch it.
     *
     * @throws ProgramException if repetitions are not balanced, nested, or become too long
     */
    public Program withoutRepetitions() {
        return new WrittenOut(this).program();
    }

    /** The base registers of a core at the start of a step. */
    public long[] baseRegisters(int core) {
        long[] bases = new long[Registers.BASES];
        for (Region r : regions) {
            if (r.core() == core || r.core() == Region.SHARED) {
                bases[r.base()] = r.offset();
            }
        }
        return bases;
    }
}
