package dev.skein.runtime.backend.cards;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.StepCost;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.trace.StepObserver;
import java.util.Optional;

/** A simulator as a card. Each program finds its buffers empty. */
public final class SimPort implements CardPort {
    private final DeviceMemory memory;
    private final Board board;
    private final Timing timing;

    /** Loads the part of an executable that one card has. */
    public SimPort(Executable part, Board board, Timing timing) {
        this.board = board;
        this.timing = timing;
        memory = DeviceMemory.of(part.programs().programs().stream()
                .map(p -> p.program().program()).toList(),
                r -> part.images().segments().get(r.name()));
    }

    @Override
    public void write(long address, byte[] bytes) {
        Region region = memory.region(Memory.DDR, 0, address);
        memory.write(region, address - region.offset(), bytes);
    }

    @Override
    public byte[] read(long address, int bytes) {
        byte[] out = new byte[bytes];
        memory.read(Memory.DDR, 0, address, out, 0, bytes);
        return out;
    }

    @Override
    public Optional<StepCost> run(String name, VerifiedProgram program, int position,
            int tokens) {
        try (Machine machine = switch (timing) {
            case FUNCTIONAL -> Machine.functional(program, memory);
            case CYCLE -> Machine.cycle(program, board, memory, StepObserver.NONE);
        }) {
            return machine.run(position, tokens);
        }
    }

    @Override
    public String description() {
        return "simulated (" + timing + ")";
    }

    @Override
    public void close() {
    }
}
