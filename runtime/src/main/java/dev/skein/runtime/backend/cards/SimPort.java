package dev.skein.runtime.backend.cards;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;

/** A functional simulator as a card. Each program finds its buffers empty. */
public final class SimPort implements CardPort {
    private final DeviceMemory memory;

    /** Loads the part of an executable that one card has. */
    public SimPort(Executable part) {
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
    public void run(String name, VerifiedProgram program, int position, int tokens) {
        new FunctionalMachine(program, memory).run(position, tokens);
    }

    @Override
    public String description() {
        return "simulated (functional)";
    }

    @Override
    public void close() {
    }
}
