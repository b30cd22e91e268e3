package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Dram;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;
import java.util.ArrayList;
import java.util.List;

/** One core of the tick machine: sequencer, units and the FIFOs between them. */
final class TickCore {
    private static final int UNITS = Unit.QUEUED;

    private final TickRun run;
    private final Board board;
    private final int core;
    private final Sequencer sequencer;
    private final Accounts.OfCore account;
    final TickUnit[] units = new TickUnit[UNITS];
    private final TickFifo[][] fifos = new TickFifo[UNITS][UNITS];

    private final TickFetch fetch;

    private boolean waiting = true;
    private int decodeLeft;
    private int outstanding;
    private int sinceEnd;
    private boolean ended;

    TickCore(TickRun run, int core, Sequencer sequencer, Streams stream) {
        this.run = run;
        this.board = run.board;
        this.core = core;
        this.sequencer = sequencer;
        this.account = run.accounts.cores[core];
        this.fetch = new TickFetch(run.memories, core, stream, board.fetch());
        this.sinceEnd = board.control().tokenLatencyCycles();
        for (int u = 0; u < UNITS; u++) {
            boolean transfers = u == Unit.LD.ordinal() || u == Unit.ST.ordinal();
            units[u] = new TickUnit(this, u, transfers ? board.control().outstanding() : 1,
                    account.units[u]);
            for (int v = 0; v < UNITS; v++) {
                fifos[u][v] = new TickFifo();
            }
        }
    }

    // What units ask of their core.

    long dataCycles(Memory memory, TickArrival arrival) {
        Dram dram = board.memory(memory, core).dram();
        return dram.clock().cycles(arrival.busiestBursts() * dram.burstTicks());
    }

    void started(Accounts.OfUnit unit, Operation op) {
        run.accounts.started(unit, op);
        run.values.execute(core, op.source(), op.registers(), op.bases());
    }

    void occupied(Operation op, long cycles) {
        run.accounts.occupied(op, cycles);
    }

    void ended(int unit, Operation op) {
        outstanding--;
        sinceEnd = 0;
        for (int to = 0; to < UNITS; to++) {
            if ((op.source().tokens().releases() & Unit.values()[to].bit()) != 0) {
                fifos[unit][to].push(board.control().tokenLatencyCycles());
            }
        }
    }

    int missingTokens(int unit, Operation op) {
        int missing = 0;
        for (int from = 0; from < UNITS; from++) {
            int bit = Unit.values()[from].bit();
            if ((op.source().tokens().waits() & bit) != 0 && !fifos[from][unit].hasToken()) {
                missing |= bit;
            }
        }
        return missing;
    }

    void takeTokens(int unit, Operation op) {
        for (int from = 0; from < UNITS; from++) {
            if ((op.source().tokens().waits() & Unit.values()[from].bit()) != 0) {
                fifos[from][unit].take();
            }
        }
    }

    /** Sends both ranges, the second behind the first. */
    TickArrival send(Work.Transfer t) {
        TickMemories.Group group = run.memories.group(t.memory(), core);
        var parts = new ArrayList<>(run.memories.send(group, t.address(), t.bytes(), t.write(),
                t.percent()));
        if (t.bytes2() > 0) {
            parts.addAll(run.memories.send(group, t.address2(), t.bytes2(), t.write(),
                    t.percent()));
        }
        return arrival(t.memory(), parts);
    }

    TickArrival sendRowNumbers(Work.Gather g) {
        return arrival(Memory.DDR, readDdr(g.index(), (long) Integer.BYTES * g.count()));
    }

    TickArrival sendRows(Work.Gather g) {
        var parts = new ArrayList<TickMemories.Part>();
        for (int r = 0; r < g.count(); r++) {
            int row = run.values.rowNumber(core, g.index() + (long) Integer.BYTES * r, r);
            parts.addAll(readDdr(g.table() + (long) row * g.rowBytes(), g.rowBytes()));
        }
        return arrival(Memory.DDR, parts);
    }

    private List<TickMemories.Part> readDdr(long address, long bytes) {
        return run.memories.send(run.memories.group(Memory.DDR, core), address, bytes, false);
    }

    private TickArrival arrival(Memory memory, List<TickMemories.Part> parts) {
        return new TickArrival(parts, board.memory(memory, core).crossingCycles());
    }

    // The phases of a cycle.

    void beginCycle() {
        fetch.beginCycle();
        for (TickUnit unit : units) {
            unit.beginCycle();
        }
    }

    /** The instruction at the sequencer leaves it if it can; returns whether it did. */
    boolean trySequence() {
        if (ended || decodeLeft > 0) {
            return false;
        }
        if (waiting) {
            return tryDecode();
        }
        Instruction instruction = sequencer.instruction();
        boolean goes = true;
        if (Resolver.drains(instruction)) {
            goes = outstanding == 0 && sinceEnd >= board.control().tokenLatencyCycles()
                    && (!sequencer.atEnd() || fetch.isQuiet());
        } else if (instruction.unit() != Unit.SEQ) {
            goes = units[instruction.unit().ordinal()].hadRoom(board.control().queueDepth());
        }
        if (!goes) {
            return false;
        }
        if (instruction.unit() != Unit.SEQ) {
            units[instruction.unit().ordinal()].enter(run.resolver.resolve(instruction,
                    sequencer.registers(), sequencer.bases()));
            outstanding++;
        }
        ended = sequencer.atEnd();
        if (!ended) {
            int index = sequencer.index();
            sequencer.advance();
            if (sequencer.index() <= index) {
                fetch.jump(sequencer.index());
            }
            waiting = true;
            tryDecode();
        }
        return true;
    }

    private boolean tryDecode() {
        if (!fetch.has(sequencer.index())) {
            return false;
        }
        fetch.take(sequencer.index());
        run.accounts.dispatched();
        waiting = false;
        decodeLeft = board.control().dispatchCycles();
        return true;
    }

    boolean tryStarts() {
        boolean any = false;
        for (TickUnit unit : units) {
            any |= unit.tryStart();
        }
        if (!ended) {
            any |= fetch.tryRequest();
        }
        return any;
    }

    void endCycle() {
        accountSequencer();
        decodeLeft = Math.max(0, decodeLeft - 1);
        sinceEnd = Math.min(sinceEnd + 1, board.control().tokenLatencyCycles());
        for (TickUnit unit : units) {
            unit.endCycle(waiting && !ended);
        }
        for (TickFifo[] row : fifos) {
            for (TickFifo fifo : row) {
                fifo.tick();
            }
        }
    }

    private void accountSequencer() {
        if (ended) {
            account.idle++;
        } else if (waiting) {
            account.waitFetch++;
        } else if (decodeLeft > 0) {
            account.dispatch++;
        } else if (sequencer.instruction().unit() == Unit.SEQ) {
            account.waitDrain++;
        } else {
            account.waitQueue++;
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether something will move by itself. */
    boolean isActive() {
        boolean active = decodeLeft > 0 || !fetch.isQuiet();
        for (TickUnit unit : units) {
            active |= unit.isActive();
        }
        return active;
    }

    long fetchedBytes() {
        return fetch.bytes();
    }

    void close() {
        for (TickUnit unit : units) {
            unit.close();
        }
    }

    String stuck() {
        return Stuck.describe(core, sequencer, u -> units[u].blockedHead() == null ? null
                : units[u].blockedHead().source(), (from, to) -> fifos[from][to].isEmpty());
    }
}
