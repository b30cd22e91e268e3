package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;

/** The program of {@link LengthStrategy#PARAMETRIC}. */
final class Parametric {
    private Parametric() {
    }

    /** The program with its layers folded, verified for all lengths. */
    static ServedProgram program(Phase phase, Program program) {
        return ProgramSet.parametric(phase, ProgramVerifier.verify(Folding.fold(program)));
    }
}
