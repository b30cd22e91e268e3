package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import java.util.List;
import java.util.Locale;

/**
 * How the programs of a phase serve all lengths. Both strategies start from the same stream, whose
 * extents name the length registers, and give the same bits.
 */
public enum LengthStrategy {
    /** One program for all lengths: extents and loops follow the length registers. */
    PARAMETRIC {
        @Override
        List<ServedProgram> programs(Phase phase, Program parametric) {
            return List.of(Parametric.program(phase, parametric));
        }
    },

    /**
     * FlightLLM's way (section 5.2): a decode program for every 16 tokens of context and a prefill
     * program for every 128, each with fixed lengths.
     */
    BUCKETS {
        @Override
        List<ServedProgram> programs(Phase phase, Program parametric) {
            return Buckets.programs(phase, parametric);
        }
    };

    /**
     * The programs of a phase, verified.
     *
     * @param parametric the program for all lengths, with tokens
     */
    abstract List<ServedProgram> programs(Phase phase, Program parametric);

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
