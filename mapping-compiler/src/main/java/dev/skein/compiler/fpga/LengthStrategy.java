package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * How the programs of a phase serve all lengths. Both strategies start from the same stream, whose
 * extents name the length registers, and give the same bits.
 */
public enum LengthStrategy {
    /**
     * Extents and loops follow the length registers: one program serves all lengths, or a few do
     * where the places of the longest context would cost shorter ones their prefetching.
     */
    PARAMETRIC {
        @Override
        List<ServedProgram> programs(Phase phase, List<Integer> ranges,
                IntFunction<Program> compiled) {
            return Parametric.programs(phase, ranges, compiled);
        }
    },

    /**
     * FlightLLM's way (section 5.2): a decode program for every 16 tokens of context and a prefill
     * program for every 128, each with fixed lengths.
     */
    BUCKETS {
        @Override
        List<ServedProgram> programs(Phase phase, List<Integer> ranges,
                IntFunction<Program> compiled) {
            return Buckets.programs(phase, compiled.apply(ranges.getLast()));
        }
    };

    /**
     * The programs of a phase, verified.
     *
     * @param ranges last contexts of the ranges of {@link ContextRanges}, rising
     * @param compiled the program for all contexts up to some length, with tokens
     */
    abstract List<ServedProgram> programs(Phase phase, List<Integer> ranges,
            IntFunction<Program> compiled);

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
