package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
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

    /** The programs of a phase, each made of the parametric one and verified by itself. */
    static List<ServedProgram> programs(Phase phase, Program parametric) {
        int width = width(phase);
        return IntStream.range(0, Math.ceilDiv(parametric.maxContext(), width)).parallel()
                .mapToObj(bucket -> {
                    int last = Math.min(parametric.maxContext(), (bucket + 1) * width);
                    return new ServedProgram(phase, bucket * width + 1, last,
                            ProgramVerifier.verify(FixedLength.of(parametric, last)));
                }).toList();
    }
}
