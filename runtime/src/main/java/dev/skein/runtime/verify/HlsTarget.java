package dev.skein.runtime.verify;

import dev.skein.ffi.Answer;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.device.StepCost;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.rtl.HlsLibrary;
import dev.skein.sim.rtl.HlsMachine;
import java.util.Optional;

/** The HLS kernels in C-simulation. */
final class HlsTarget implements Target {
    @Override
    public String name() {
        return "hls";
    }

    @Override
    public String description() {
        return "HLS kernels in C-simulation";
    }

    @Override
    public Answer<Execution> open(Subject subject) {
        return HlsLibrary.load().then(library -> new Answer.Found<>(new Execution(
                SimAccelerator.on(subject.executable(), subject.board(), name(),
                        (program, memory) -> new Kernels(program, memory, library)))));
    }

    /** A program on the kernels. */
    private static final class Kernels implements Machine {
        private final HlsMachine machine;

        Kernels(VerifiedProgram program, DeviceMemory memory, HlsLibrary library) {
            machine = new HlsMachine(program, memory, library);
        }

        @Override
        public Optional<StepCost> run(int position, int tokens) {
            machine.run(position, tokens);
            return Optional.empty();
        }

        @Override
        public void close() {
            machine.close();
        }
    }
}
