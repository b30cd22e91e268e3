package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counters that a machine fills while it runs; they know nothing of how time is kept. */
final class Accounts {

    /** Of one unit. */
    static final class OfUnit {
        long instructions;
        long busy;
        long waitMemory;
        long waitPeer;
        final long[] waitTokenFrom = new long[Unit.QUEUED];
        long waitDispatch;
        long waitFetch;
        long idle;

        private UnitCycles toRecord() {
            var from = new ArrayList<Long>(waitTokenFrom.length);
            for (long w : waitTokenFrom) {
                from.add(w);
            }
            return new UnitCycles(instructions, busy, waitMemory, waitPeer, from, waitDispatch,
                    waitFetch, idle);
        }
    }

    /** Of one core. */
    static final class OfCore {
        final OfUnit[] units = new OfUnit[Unit.QUEUED];
        long dispatch;
        long waitQueue;
        long waitDrain;
        long waitFetch;
        long idle;

        private OfCore() {
            for (int u = 0; u < units.length; u++) {
                units[u] = new OfUnit();
            }
        }

        private CoreCycles toRecord() {
            return new CoreCycles(new SequencerCycles(dispatch, waitQueue, waitDrain, waitFetch,
                    idle),
                    List.of(units).stream().map(OfUnit::toRecord).toList());
        }
    }

    final OfCore[] cores;
    private final long[] opcodeCount = new long[Opcode.values().length];
    private final long[] opcodeCycles = new long[Opcode.values().length];
    private final long[] readBytes = new long[Memory.values().length];
    private final long[] writtenBytes = new long[Memory.values().length];
    private long macs;
    private long laneOperations;
    private long onChipBytes;
    private long dispatched;

    Accounts(int cores) {
        this.cores = new OfCore[cores];
        for (int c = 0; c < cores; c++) {
            this.cores[c] = new OfCore();
        }
    }

    /** An instruction has been started. */
    void started(OfUnit unit, Operation op) {
        unit.instructions++;
        opcodeCount[op.source().opcode().ordinal()]++;
        macs += op.macs();
        laneOperations += op.laneOperations();
        onChipBytes += op.onChipBytes();
        switch (op.work()) {
            case Work.Transfer t -> (t.write() ? writtenBytes : readBytes)[t.memory().ordinal()]
                    += t.allBytes();
            case Work.Gather g -> readBytes[Memory.DDR.ordinal()]
                    += (long) g.count() * (Integer.BYTES + g.rowBytes());
            case Work.Compute _, Work.Meet _ -> { }
        }
    }

    /** A sequencer has taken an instruction, its own ones too. */
    void dispatched() {
        dispatched++;
    }

    /** It has occupied its unit for so long. */
    void occupied(Operation op, long cycles) {
        opcodeCycles[op.source().opcode().ordinal()] += cycles;
    }

    long readBytes(Memory memory) {
        return readBytes[memory.ordinal()];
    }

    long writtenBytes(Memory memory) {
        return writtenBytes[memory.ordinal()];
    }

    CycleReport report(String program, Board board, int position, int tokens, long cycles,
            Map<Memory, MemoryTraffic> memories, MemoryTraffic fetch) {
        var opcodes = new EnumMap<Opcode, OpcodeCycles>(Opcode.class);
        for (Opcode o : Opcode.values()) {
            if (opcodeCount[o.ordinal()] > 0) {
                opcodes.put(o, new OpcodeCycles(opcodeCount[o.ordinal()],
                        opcodeCycles[o.ordinal()]));
            }
        }
        return new CycleReport(program, board, position, tokens, cycles,
                List.of(cores).stream().map(OfCore::toRecord).toList(), memories, fetch, opcodes,
                new Activity(macs, laneOperations, onChipBytes, dispatched));
    }
}
