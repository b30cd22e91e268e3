package dev.skein.runtime.backend.sim;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.fpga.Values;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.Execution;
import dev.skein.sim.functional.ExecutionMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Computes values while time is simulated: each instruction when it starts, so in an order that only
 * tokens and barriers fix. Equal logits in functional and cycle mode thus say that the tokens of a
 * program suffice.
 */
final class Executing implements Values {
    private final Execution execution;
    private final DeviceMemory memory;

    Executing(VerifiedProgram program, DeviceMemory memory) {
        this.execution = new Execution(program, memory, ExecutionMode.fastest());
        this.memory = memory;
    }

    @Override
    public void execute(int core, Instruction instruction, Registers registers, long[] bases) {
        execution.execute(core, instruction, registers, bases);
    }

    @Override
    public int rowNumber(int core, long address, int r) {
        byte[] id = new byte[Integer.BYTES];
        memory.read(Memory.DDR, core, address, id, 0, id.length);
        return ByteBuffer.wrap(id).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }
}
