package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
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

    private int decodeLeft;
    private int outstanding;
    private int sinceEnd;
    private boolean ended;

    TickCore(TickRun run, int core, Sequencer sequencer) {
        this.run = run;
        this.board = run.board;
        this.core = core;
        this.sequencer = sequencer;
        this.account = run.accounts.cores[core];
        this.decodeLeft = board.control().dispatchCycles();
        this.sinceEnd = board.control().tokenLatencyCycles();
        for (int u = 0; u < UNITS; u++) {
            units[u] = new TickUnit(this, u, account.units[u]);
            for (int v = 0; v < UNITS; v++) {
                fifos[u][v] = new TickFifo();
            }
        }
    }

    // What units ask of their core.

    int latencyCycles(Memory memory) {
        return board.memory(memory, core).latencyCycles();
    }

    long cycles(Memory memory, long ticks) {
        return board.memory(memory, core).dram().clock().cycles(ticks);
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

    List<TickMemories.Part> send(Memory memory, long address, long bytes, boolean write) {
        return run.memories.send(memory, core, address, bytes, write);
    }

    /** Sends both ranges, the second behind the first. */
    List<TickMemories.Part> send(Work.Transfer t) {
        var parts = send(t.memory(), t.address(), t.bytes(), t.write());
        if (t.bytes2() > 0) {
            parts = new ArrayList<>(parts);
            parts.addAll(send(t.memory(), t.address2(), t.bytes2(), t.write()));
        }
        return parts;
    }

    List<TickMemories.Part> sendRows(Work.Gather g) {
        var parts = new ArrayList<TickMemories.Part>();
        for (int r = 0; r < g.count(); r++) {
            int row = run.values.rowNumber(core, g.index() + (long) Integer.BYTES * r, r);
            parts.addAll(send(Memory.DDR, g.table() + (long) row * g.rowBytes(), g.rowBytes(),
                    false));
        }
        return parts;
    }

    // The phases of a cycle.

    void beginCycle() {
        for (TickUnit unit : units) {
            unit.beginCycle();
        }
    }

    /** The instruction at the sequencer leaves it if it can; returns whether it did. */
    boolean trySequence() {
        if (ended || decodeLeft > 0) {
            return false;
        }
        Instruction instruction = sequencer.instruction();
        boolean goes = true;
        if (Resolver.drains(instruction)) {
            goes = outstanding == 0 && sinceEnd >= board.control().tokenLatencyCycles();
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
            sequencer.advance();
            decodeLeft = board.control().dispatchCycles();
        }
        return true;
    }

    boolean tryStarts() {
        boolean any = false;
        for (TickUnit unit : units) {
            any |= unit.tryStart();
        }
        return any;
    }

    void endCycle() {
        accountSequencer();
        decodeLeft = Math.max(0, decodeLeft - 1);
        sinceEnd = Math.min(sinceEnd + 1, board.control().tokenLatencyCycles());
        for (TickUnit unit : units) {
            unit.endCycle();
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
        boolean active = decodeLeft > 0;
        for (TickUnit unit : units) {
            active |= unit.isActive();
        }
        return active;
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
