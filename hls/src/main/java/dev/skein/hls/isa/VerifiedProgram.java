package dev.skein.hls.isa;

import java.util.Optional;

/**
 * A program that {@link ProgramVerifier} has accepted, the only kind a device takes: it ends, no
 * unit waits for ever, every on-chip access lies inside its buffer and every off-chip access inside
 * one region, under all legal registers. What remains to be checked at run time are the row numbers
 * of LDG, see {@link #region}.
 */
public final class VerifiedProgram {
    private final Program program;

    /** For the verifier only. */
    VerifiedProgram(Program program) {
        this.program = program;
    }

    /** The program. */
    public Program program() {
        return program;
    }

    /**
     * The region of a core that holds an off-chip address: a gathered row has to end inside it.
     *
     * @param core which core
     * @param memory which memory
     * @param address from the start of the memory
     */
    public Optional<Region> region(int core, Memory memory, long address) {
        for (Region r : program.regions()) {
            if (r.memory() == memory && (r.core() == core || r.core() == Region.SHARED)
                    && address >= r.offset() && address - r.offset() < r.bytes()) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }
}
