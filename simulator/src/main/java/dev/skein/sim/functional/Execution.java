package dev.skein.sim.functional;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.RowRanges;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * What each instruction does to buffers and memories: the only place that says so. It knows no
 * order; whoever calls {@link #execute} decides when, {@link FunctionalMachine} in program order
 * and a timing machine at the cycle of issue. For a verified program every order that respects
 * units, tokens and barriers gives the same bits.
 *
 * <p>An instruction takes effect at once and whole. What the sequencer executes and SYNC do nothing
 * here: their effect is in {@link Sequencer} and in the caller's order. BCAST writes the activation
 * buffers of all cores. Each core may run on a thread of its own between two barriers: that no core
 * then uses what another writes is part of what the verifier proves.
 */
public final class Execution {
    private final DeviceMemory memory;
    private final List<Core> cores = new ArrayList<>();

    /** A core with the units that work on it. */
    private record Core(CoreState state, MatrixUnit matrixUnit, StripUnit stripUnit,
            SpecialFunctionUnit sfu, Transfer transfer) {}

    /**
     * Zeroed cores on a memory.
     *
     * @param verified gives the number of cores and the buffer sizes
     * @param memory with the regions of the program
     * @param mode how the host computes
     */
    public Execution(VerifiedProgram verified, DeviceMemory memory, ExecutionMode mode) {
        this(verified, memory, mode, null);
    }

    /** Zeroed cores whose matrix instructions a multiplier computes, or this processor if null. */
    Execution(VerifiedProgram verified, DeviceMemory memory, ExecutionMode mode,
            MatrixMultiplier multiplier) {
        Program program = verified.program();
        if (memory.cores() != program.cores()) {
            throw new IllegalArgumentException("program " + program.name() + " has "
                    + program.cores() + " cores, the memory " + memory.cores());
        }
        this.memory = memory;
        for (int core = 0; core < program.cores(); core++) {
            cores.add(new Core(new CoreState(program.buffers()), new MatrixUnit(mode, multiplier),
                    new StripUnit(mode, multiplier), new SpecialFunctionUnit(mode),
                    new Transfer(memory, mode.threads() > 1)));
        }
    }

    /** What a core holds on chip. */
    public CoreState core(int core) {
        return cores.get(core).state;
    }

    /**
     * Does one instruction.
     *
     * @param core the core whose stream it is in
     * @param instruction the instruction
     * @param r length registers at its dispatch, as {@link Sequencer#registers} gives them
     * @param bases base registers at its dispatch, as {@link Sequencer#bases} gives them
     * @throws IllegalStateException if an access leaves its buffer or region, which in a verified
     *     program only the row number of LDG can cause, or if SPMM or SPMV finds something else
     *     than the strips it names
     */
    public void execute(int core, Instruction instruction, Registers r, long[] bases) {
        Core units = cores.get(core);
        CoreState state = units.state;
        switch (instruction) {
            case Instruction.Load i -> units.transfer.load(core, state, i, r, bases);
            case Instruction.LoadGather i -> gather(core, state, i, r, bases);
            case Instruction.Store i -> store(core, state, i, r, bases);
            case Instruction.MatVec i -> units.matrixUnit.execute(state, i, r);
            case Instruction.MatMat i -> units.matrixUnit.execute(state, i, r);
            case Instruction.SparseMatrix i -> units.stripUnit.execute(state, i, r);
            case Instruction.Norm i -> units.sfu.norm(state, i, r);
            case Instruction.Quantise i -> units.sfu.quantise(state, i, r);
            case Instruction.Softmax i -> units.sfu.softmax(state, i, r);
            case Instruction.Rope i -> units.sfu.rope(state, i, r);
            case Instruction.Ewise i -> units.sfu.ewise(state, i, r);
            case Instruction.Broadcast i -> broadcast(state, i, r);
            case Instruction.Barrier _, Instruction.Loop _, Instruction.EndLoop _,
                    Instruction.SetBase _, Instruction.End _, Instruction.SetSpan _,
                    Instruction.Repeat _, Instruction.EndRepeat _ -> { }
        }
    }

    private void gather(int core, CoreState state, Instruction.LoadGather i, Registers r,
            long[] bases) {
        int rows = i.count().resolve(r);
        if (rows <= 0) {
            return;
        }
        byte[] act = state.bytes(Space.ACT);
        byte[] ids = new byte[4 * rows];
        long base = bases[i.base()];
        memory.read(Memory.DDR, core, base + i.index(), ids, 0, ids.length);
        state.check(Space.ACT, i.dst(), (rows - 1L) * i.dstStride() + i.rowBytes());
        Region table = memory.region(Memory.DDR, core, base + i.offset());
        for (int row = 0; row < rows; row++) {
            int id = LittleEndian.int32(ids, 4 * row);
            long from = base + i.offset() + (long) id * i.rowBytes();
            if (id < 0 || from + i.rowBytes() > table.offset() + table.bytes()) {
                throw new IllegalStateException("row number " + id + " of token " + row
                        + ": not in region " + table.name());
            }
            memory.read(Memory.DDR, core, from, act, i.dst() + row * i.dstStride(), i.rowBytes());
        }
    }

    private void store(int core, CoreState state, Instruction.Store i, Registers r, long[] bases) {
        long bytes = Transfer.bytes(i, r);
        if (bytes <= 0) {
            return;
        }
        int at = state.check(i.srcSpace(), i.src(), bytes);
        byte[] from = state.bytes(i.srcSpace());
        long row0 = Transfer.address(i, r, bases);
        RowRanges rows = RowRanges.of(i.count(), r);
        int first = (int) (rows.count() * i.rowBytes());
        memory.write(i.memory(), core, row0 + rows.first() * i.rowBytes(), from, at, first);
        if (rows.secondCount() > 0) {
            memory.write(i.memory(), core, row0 + rows.second() * i.rowBytes(), from, at + first,
                    (int) bytes - first);
        }
    }

    private void broadcast(CoreState state, Instruction.Broadcast i, Registers r) {
        int rows = i.rows().resolve(r);
        int rowBytes = 4 * i.cols();
        byte[] from = state.bytes(Space.ACT);
        for (int row = 0; row < rows; row++) {
            int src = state.check(Space.ACT, i.src() + (long) row * i.srcStride(), rowBytes);
            int dst = state.check(Space.ACT, i.dst() + (long) row * i.dstStride(), rowBytes);
            for (Core to : cores) {
                System.arraycopy(from, src, to.state.bytes(Space.ACT), dst, rowBytes);
            }
        }
    }
}
