package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The programs of {@link LengthStrategy#PARAMETRIC}. */
final class Parametric {
    private Parametric() {
    }

    /** A program a range with its layers folded, verified for all lengths up to its last one. */
    static List<ServedProgram> programs(Phase phase, List<Integer> ranges,
            IntFunction<Program> compiled) {
        return IntStream.range(0, ranges.size()).parallel().mapToObj(i -> {
            int first = i == 0 ? 1 : ranges.get(i - 1) + 1;
            Program program = Folding.fold(compiled.apply(ranges.get(i)));
            return new ServedProgram(phase, first, ranges.get(i), ProgramVerifier.verify(program));
        }).toList();
    }
}
