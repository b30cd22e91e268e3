package dev.skein.sim.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.CoreState;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.Execution;
import dev.skein.sim.functional.ExecutionMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The values of the functional machine, each instruction executed at the cycle it starts. */
public final class FunctionalValues implements Values {
    private final String program;
    private final DeviceMemory memory;
    private final Execution execution;
    private final byte[] word = new byte[Integer.BYTES];

    /** Zeroed cores on a memory, in the fastest mode of this host. */
    public FunctionalValues(VerifiedProgram program, DeviceMemory memory) {
        this(program, memory, ExecutionMode.fastest());
    }

    /** Zeroed cores on a memory; all modes give the same bits. */
    public FunctionalValues(VerifiedProgram program, DeviceMemory memory, ExecutionMode mode) {
        this.program = program.program().name();
        this.memory = memory;
        this.execution = new Execution(program, memory, mode);
    }

    /** What a core holds on chip. */
    public CoreState core(int core) {
        return execution.core(core);
    }

    /**
     * {@inheritDoc}
     *
     * @throws SimulationException if an access leaves its region: a token id outside the table; if
     *     SPMM or SPMV finds something else than the strips it names
     */
    @Override
    public void execute(int core, Instruction instruction, Registers registers, long[] bases) {
        try {
            execution.execute(core, instruction, registers, bases);
        } catch (IllegalStateException e) {
            throw new SimulationException("program " + program + ", core " + core + ", "
                    + instruction.opcode().mnemonic() + ": " + e.getMessage());
        }
    }

    @Override
    public int rowNumber(int core, long address, int r) {
        memory.read(Memory.DDR, core, address, word, 0, word.length);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }
}
