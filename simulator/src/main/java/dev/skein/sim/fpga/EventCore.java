package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;

/**
 * One core of the event-driven machine: a sequencer and five units. Each has a next event, which is
 * recomputed whenever something it depends on becomes known.
 */
final class EventCore {
    private static final int UNITS = Unit.QUEUED;

    private final EventRun run;
    private final Board board;
    private final int core;
    private final Sequencer sequencer;
    private final EventUnit[] units = new EventUnit[UNITS];
    private final TokenTimes[] fifos = new TokenTimes[UNITS * UNITS];
    private final Accounts.OfCore account;

    /** When the instruction at the sequencer has been decoded. */
    private long decoded;
    /** Dispatched instructions whose end is not known yet. */
    private int unresolved;
    private long latestEnd;
    /** When END was reached. */
    private long ended = EventRun.NEVER;

    EventCore(EventRun run, int core, Sequencer sequencer) {
        this.run = run;
        this.board = run.board;
        this.core = core;
        this.sequencer = sequencer;
        this.account = run.accounts.cores[core];
        this.latestEnd = -board.control().tokenLatencyCycles();
        for (int u = 0; u < UNITS; u++) {
            units[u] = new EventUnit(board.control().queueDepth());
            run.clear(core, u);
        }
        for (int i = 0; i < fifos.length; i++) {
            fifos[i] = new TokenTimes();
        }
        decode(0);
    }

    private void decode(long t) {
        decoded = t + board.control().dispatchCycles();
        account.dispatch += board.control().dispatchCycles();
        planSequencer();
    }

    private void planSequencer() {
        Instruction instruction = sequencer.instruction();
        long t = decoded;
        if (Resolver.drains(instruction)) {
            t = unresolved > 0 ? EventRun.NEVER
                    : Math.max(t, latestEnd + board.control().tokenLatencyCycles());
        } else if (instruction.unit() != Unit.SEQ) {
            EventUnit unit = units[instruction.unit().ordinal()];
            t = unit.hasRoom() ? Math.max(t, unit.roomFrom()) : EventRun.NEVER;
        }
        run.plan(core, UNITS, t);
    }

    /** The event of the sequencer: the instruction leaves it. */
    void dispatch(long t) {
        Instruction instruction = sequencer.instruction();
        int u = instruction.unit().ordinal();
        if (u < UNITS) {
            account.waitQueue += t - decoded;
            Operation op = run.resolver.resolve(instruction, sequencer.registers(),
                    sequencer.bases());
            boolean head = units[u].isEmpty();
            units[u].enter(op, t);
            unresolved++;
            if (head) {
                planUnit(u);
            }
        } else {
            account.waitDrain += t - decoded;
        }
        if (sequencer.atEnd()) {
            ended = t;
            run.plan(core, UNITS, EventRun.NEVER);
            run.ended();
        } else {
            sequencer.advance();
            decode(t);
        }
    }

    private void planUnit(int u) {
        EventUnit unit = units[u];
        if (unit.isEmpty() || unit.open != null) {
            return;
        }
        long start = unit.headReady();
        int waits = unit.head().source().tokens().waits();
        for (int from = 0; waits != 0; from++, waits >>>= 1) {
            if ((waits & 1) != 0) {
                TokenTimes fifo = fifos[from * UNITS + u];
                if (fifo.isEmpty()) {
                    return;
                }
                start = Math.max(start, fifo.first());
            }
        }
        run.plan(core, u, start);
    }

    /** The event of a unit: its head starts, or the row numbers of its LDG have arrived. */
    void start(int u, long t) {
        run.clear(core, u);
        EventUnit unit = units[u];
        if (unit.open != null) {
            gatherRows(unit, t);
            planSequencerIfWaiting();
            return;
        }
        Operation op = unit.head();
        accountWaits(u, t);
        unit.start(t);
        run.accounts.started(account.units[u], op);
        run.values.execute(core, op.source(), op.registers(), op.bases());
        switch (op.work()) {
            case Work.Compute c -> {
                account.units[u].busy += c.cycles();
                finish(u, op, t, t + c.cycles(), t + c.cycles());
            }
            case Work.Transfer x -> {
                run.memories.begin();
                long end = run.memories.serve(x.memory(), core, t, x.address(), x.bytes(),
                        x.write());
                if (x.bytes2() > 0) {
                    end = Math.max(end, run.memories.serve(x.memory(), core, t, x.address2(),
                            x.bytes2(), x.write()));
                }
                moved(u, op, t, end, run.memories.busiestSinceBegin(x.memory()), x.memory());
            }
            case Work.Gather g -> {
                run.memories.begin();
                long end = run.memories.serve(Memory.DDR, core, t, g.index(),
                        (long) Integer.BYTES * g.count(), false);
                open(unit, op, t);
                unit.openData = run.memories.busiestSinceBegin(Memory.DDR);
                run.plan(core, u, end + board.memory(Memory.DDR, core).latencyCycles());
            }
            case Work.Meet _ -> {
                open(unit, op, t);
                run.meet(t);
            }
        }
        planSequencerIfWaiting();
    }

    private void accountWaits(int u, long t) {
        EventUnit unit = units[u];
        Accounts.OfUnit a = account.units[u];
        long ready = unit.headReady();
        a.waitDispatch += ready - unit.free;
        int waits = unit.head().source().tokens().waits();
        long last = ready;
        int lastFrom = 0;
        for (int from = 0; waits != 0; from++, waits >>>= 1) {
            if ((waits & 1) != 0) {
                TokenTimes fifo = fifos[from * UNITS + u];
                if (fifo.first() > last) {
                    last = fifo.first();
                    lastFrom = from;
                }
                fifo.pop();
            }
        }
        a.waitTokenFrom[lastFrom] += t - ready;
    }

    private static void open(EventUnit unit, Operation op, long t) {
        unit.open = op;
        unit.openSince = t;
    }

    private void gatherRows(EventUnit unit, long t) {
        Operation op = unit.open;
        unit.open = null;
        var g = (Work.Gather) op.work();
        run.memories.begin();
        long end = t;
        for (int r = 0; r < g.count(); r++) {
            int row = run.values.rowNumber(core, g.index() + (long) Integer.BYTES * r, r);
            end = Math.max(end, run.memories.serve(Memory.DDR, core, t,
                    g.table() + (long) row * g.rowBytes(), g.rowBytes(), false));
        }
        moved(Unit.LD.ordinal(), op, unit.openSince, end,
                unit.openData + run.memories.busiestSinceBegin(Memory.DDR), Memory.DDR);
    }

    /** The data of a transfer has moved. */
    private void moved(int u, Operation op, long start, long end, long dataCycles,
            Memory memory) {
        account.units[u].busy += dataCycles;
        account.units[u].waitMemory += end - start - dataCycles;
        finish(u, op, start, end, end + board.memory(memory, core).latencyCycles());
    }

    /** All cores have met at this SYNC. */
    void met(long lastArrival, long end) {
        int u = Unit.SYS.ordinal();
        EventUnit unit = units[u];
        Operation op = unit.open;
        unit.open = null;
        account.units[u].waitPeer += lastArrival - unit.openSince;
        account.units[u].busy += end - lastArrival;
        finish(u, op, unit.openSince, end, end);
        planSequencerIfWaiting();
    }

    private void finish(int u, Operation op, long start, long free, long end) {
        EventUnit unit = units[u];
        unit.free = free;
        unit.lastEnd = Math.max(end, unit.lastEnd);
        latestEnd = Math.max(latestEnd, unit.lastEnd);
        unresolved--;
        run.accounts.occupied(op, free - start);
        long visible = unit.lastEnd + board.control().tokenLatencyCycles();
        int releases = op.source().tokens().releases();
        for (int to = 0; to < UNITS; to++) {
            if ((releases >>> to & 1) != 0) {
                fifos[u * UNITS + to].push(visible);
                planUnit(to);
            }
        }
        planUnit(u);
    }

    private void planSequencerIfWaiting() {
        if (ended == EventRun.NEVER) {
            planSequencer();
        }
    }

    /** Ends the run: the cycles after the last instruction. */
    void close(long cycles) {
        account.idle += cycles - ended;
        for (int u = 0; u < UNITS; u++) {
            account.units[u].idle += cycles - units[u].free;
        }
    }

    /** What each unit with a waiting head waits for, for a deadlock message. */
    String stuck() {
        return Stuck.describe(core, sequencer, u -> units[u].isEmpty() || units[u].open != null
                ? null : units[u].head().source(),
                (from, to) -> fifos[from * UNITS + to].isEmpty());
    }
}
