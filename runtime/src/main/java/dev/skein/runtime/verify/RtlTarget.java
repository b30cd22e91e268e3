package dev.skein.runtime.verify;

import dev.skein.ffi.Answer;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.sim.rtl.RtlMachine;
import dev.skein.sim.rtl.RtlMpe;
import java.io.IOException;
import java.util.Optional;

/**
 * The MPE in RTL under Verilator, in place of the functional simulator's: every matrix instruction
 * of every layer. What else is on the card stays functional.
 */
final class RtlTarget implements Target {
    @Override
    public String name() {
        return "rtl";
    }

    @Override
    public String description() {
        return "RTL of the MPE under Verilator";
    }

    @Override
    public Answer<Execution> open(Subject subject) {
        RtlMpe mpe;
        try {
            mpe = new RtlMpe();
        } catch (IOException e) {
            return new Answer.Missing<>(e.getMessage());
        }
        return new Answer.Found<>(new Execution(SimAccelerator.on(subject.executable(),
                subject.board(), name(), (program, memory) -> {
                    var machine = new RtlMachine(program, memory, mpe);
                    return (position, tokens) -> {
                        machine.run(position, tokens);
                        return Optional.empty();
                    };
                }), mpe::close, () -> Optional.of(remark(mpe))));
    }

    private static String remark(RtlMpe mpe) {
        var size = mpe.size();
        return ("%,d matrix instructions in %,d cycles of the RTL, each in as many as the cycle"
                + " simulator charges for an MPE of %d x %d x %d (MM) and %d x %d x %d (MV)")
                .formatted(mpe.operations(), mpe.cycles(), size.mm().m(), size.mm().n(),
                        size.mm().k(), size.mv().m(), size.mv().n(), size.mv().k());
    }
}
