package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.List;
import java.util.stream.IntStream;

/** The programs of {@link LengthStrategy#BUCKETS}. */
final class Buckets {
    /** Contexts that share a decode program (FlightLLM). */
    static final int DECODE = 16;

    /** Contexts that share a prefill program (FlightLLM). */
    static final int PREFILL = 128;

    private Buckets() {
    }

    /** Contexts that share a program. */
    static int width(Phase phase) {
        return switch (phase) {
            case DECODE -> DECODE;
            case PREFILL -> PREFILL;
        };
    }

    /** The programs of a phase, each made of the one for all lengths and verified. */
    static List<ServedProgram> programs(Phase phase, Program program) {
        VerifiedProgram parametric = ProgramVerifier.verify(program);
        int width = width(phase);
        return IntStream.range(0, Math.ceilDiv(program.maxContext(), width)).parallel()
                .mapToObj(bucket -> {
                    int last = Math.min(program.maxContext(), (bucket + 1) * width);
                    return new ServedProgram(phase, bucket * width + 1, last,
                            FixedLength.of(parametric, last));
                }).toList();
    }
}
