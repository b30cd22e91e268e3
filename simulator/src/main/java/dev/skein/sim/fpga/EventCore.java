package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;
import dev.skein.sim.trace.InstructionSpan;
import dev.skein.sim.trace.StepObserver;

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

    private final EventFetch fetch;
    private final Stalls stalls = new Stalls();
    /** Since when the sequencer waits for its instruction, or NEVER if it has it. */
    private long waitingSince = EventRun.NEVER;
    /** When the instruction at the sequencer has been decoded. */
    private long decoded;
    /** Dispatched instructions whose end is not known yet. */
    private int unresolved;
    private long latestEnd;
    /** When END was reached. */
    private long ended = EventRun.NEVER;

    EventCore(EventRun run, int core, Sequencer sequencer, Streams stream) {
        this.run = run;
        this.board = run.board;
        this.core = core;
        this.sequencer = sequencer;
        this.account = run.accounts.cores[core];
        this.latestEnd = -board.control().tokenLatencyCycles();
        for (int u = 0; u < UNITS; u++) {
            boolean transfers = u == Unit.LD.ordinal() || u == Unit.ST.ordinal();
            units[u] = new EventUnit(board.control().queueDepth(),
                    transfers ? board.control().outstanding() : 1);
            run.clear(core, u);
        }
        for (int i = 0; i < fifos.length; i++) {
            fifos[i] = new TokenTimes();
        }
        this.fetch = new EventFetch(run, core, stream);
        next(0);
    }

    /** The sequencer turns to its next instruction. */
    private void next(long t) {
        if (fetch.available(sequencer.index(), t) == t) {
            decode(t);
        } else {
            waitingSince = t;
            stalls.begin(t, EventRun.NEVER);
            planSequencer();
        }
    }

    private void decode(long t) {
        run.accounts.dispatched();
        fetch.take(sequencer.index(), t);
        decoded = t + board.control().dispatchCycles();
        account.dispatch += board.control().dispatchCycles();
        planSequencer();
    }

    /** The event of the fetch unit. */
    void fetch(long t) {
        fetch.request(t);
        planSequencerIfWaiting();
    }

    private void planSequencer() {
        if (waitingSince != EventRun.NEVER) {
            run.plan(core, EventRun.SEQUENCER, fetch.available(sequencer.index(), waitingSince));
            return;
        }
        Instruction instruction = sequencer.instruction();
        long t = decoded;
        if (Resolver.drains(instruction)) {
            t = unresolved > 0 ? EventRun.NEVER
                    : Math.max(t, latestEnd + board.control().tokenLatencyCycles());
            if (sequencer.atEnd() && t != EventRun.NEVER) {
                t = Math.max(t, fetch.latestLanding());
            }
        } else if (instruction.unit() != Unit.SEQ) {
            EventUnit unit = units[instruction.unit().ordinal()];
            t = unit.hasRoom() ? Math.max(t, unit.roomFrom()) : EventRun.NEVER;
        }
        run.plan(core, EventRun.SEQUENCER, t);
    }

    /** The event of the sequencer: its instruction has come, or leaves it. */
    void sequence(long t) {
        if (waitingSince == EventRun.NEVER) {
            dispatch(t);
            return;
        }
        account.waitFetch += t - waitingSince;
        observeWait("fetch", waitingSince, t);
        stalls.end(t);
        waitingSince = EventRun.NEVER;
        decode(t);
    }

    private void dispatch(long t) {
        Instruction instruction = sequencer.instruction();
        int u = instruction.unit().ordinal();
        if (u < UNITS) {
            account.waitQueue += t - decoded;
            observeWait("full queue", decoded, t);
            Operation op = run.resolver.resolve(instruction, sequencer.registers(),
                    sequencer.bases());
            boolean head = units[u].isEmpty();
            units[u].enter(op, sequencer.index(), t);
            unresolved++;
            if (head) {
                planUnit(u);
            }
        } else {
            account.waitDrain += t - decoded;
            observeWait("drain", decoded, t);
        }
        if (sequencer.atEnd()) {
            ended = t;
            run.clear(core, EventRun.SEQUENCER);
            run.clear(core, EventRun.FETCH);
            run.ended();
        } else {
            int index = sequencer.index();
            sequencer.advance();
            if (sequencer.index() <= index) {
                fetch.jump(sequencer.index(), t);
            }
            next(t);
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
                unit.busy = c.cycles();
                finish(u, op, t, t + c.cycles(), t + c.cycles());
            }
            case Work.Transfer x -> {
                EventMemories.Group group = run.memories.group(x.memory(), core);
                run.memories.begin(t);
                run.memories.serve(group, t, x.address(), x.bytes(), x.write(),
                        x.percent());
                if (x.bytes2() > 0) {
                    run.memories.serve(group, t, x.address2(), x.bytes2(), x.write(),
                            x.percent());
                }
                moved(u, op, t, run.memories.dataCycles());
            }
            case Work.Gather g -> {
                run.memories.begin(t);
                run.memories.serve(run.memories.group(Memory.DDR, core), t, g.index(),
                        (long) Integer.BYTES * g.count(), false);
                open(unit, op, t);
                unit.openData = run.memories.dataCycles();
                run.plan(core, u, run.memories.landing());
            }
            case Work.Meet _ -> {
                open(unit, op, t);
                run.meet(t);
            }
        }
        planSequencerIfWaiting();
    }

    /** The cycles between the end of its predecessor and the start of the head. */
    private void accountWaits(int u, long t) {
        EventUnit unit = units[u];
        long slot = Math.clamp(unit.slotFree(), unit.free, Math.max(unit.free, t));
        long ready = Math.max(slot, Math.min(unit.headVisible(), t));
        unit.waitMemory = slot - unit.free;
        unit.waitFetch = stalls.within(slot, ready);
        unit.waitDispatch = ready - slot - unit.waitFetch;
        unit.waitToken = Math.max(0, t - ready);
        unit.waitPeer = 0;
        unit.tokenFrom = 0;
        int waits = unit.head().source().tokens().waits();
        long last = ready;
        for (int from = 0; waits != 0; from++, waits >>>= 1) {
            if ((waits & 1) != 0) {
                TokenTimes fifo = fifos[from * UNITS + u];
                if (fifo.first() > last) {
                    last = fifo.first();
                    unit.tokenFrom = from;
                }
                fifo.pop();
            }
        }
    }

    private static void open(EventUnit unit, Operation op, long t) {
        unit.open = op;
        unit.openSince = t;
    }

    private void gatherRows(EventUnit unit, long t) {
        Operation op = unit.open;
        unit.open = null;
        var g = (Work.Gather) op.work();
        unit.lastStart = t;
        run.memories.begin(t);
        for (int r = 0; r < g.count(); r++) {
            int row = run.values.rowNumber(core, g.index() + (long) Integer.BYTES * r, r);
            run.memories.serve(run.memories.group(Memory.DDR, core), t,
                    g.table() + (long) row * g.rowBytes(), g.rowBytes(), false);
        }
        moved(Unit.LD.ordinal(), op, unit.openSince, unit.openData + run.memories.dataCycles());
    }

    /** The data of a transfer has moved: its busy cycles are those not under an earlier one. */
    private void moved(int u, Operation op, long start, long dataCycles) {
        long end = Math.max(run.memories.dataEnd(), units[u].free);
        long own = end - Math.max(start, units[u].free);
        units[u].busy = Math.min(own, dataCycles);
        units[u].waitMemory += own - units[u].busy;
        finish(u, op, start, end, Math.max(end, run.memories.landing()));
    }

    /** All cores have met at this SYNC. */
    void met(long lastArrival, long end) {
        int u = Unit.SYS.ordinal();
        EventUnit unit = units[u];
        Operation op = unit.open;
        unit.open = null;
        unit.waitPeer = lastArrival - unit.openSince;
        unit.busy = end - lastArrival;
        finish(u, op, unit.openSince, end, end);
        planSequencerIfWaiting();
    }

    private void finish(int u, Operation op, long start, long free, long end) {
        EventUnit unit = units[u];
        long own = Math.max(start, unit.free);
        unit.free = free;
        unit.lastEnd = Math.max(end, unit.lastEnd);
        unit.end(unit.lastEnd);
        latestEnd = Math.max(latestEnd, unit.lastEnd);
        unresolved--;
        run.accounts.occupied(op, free - start);
        charge(u);
        if (run.observer != StepObserver.NONE) {
            observe(u, op, start, own);
        }
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

    private void charge(int u) {
        EventUnit unit = units[u];
        Accounts.OfUnit a = account.units[u];
        a.busy += unit.busy;
        a.waitMemory += unit.waitMemory;
        a.waitPeer += unit.waitPeer;
        a.waitTokenFrom[unit.tokenFrom] += unit.waitToken;
        a.waitDispatch += unit.waitDispatch;
        a.waitFetch += unit.waitFetch;
    }

    private void observe(int u, Operation op, long start, long own) {
        EventUnit unit = units[u];
        long bytes = switch (op.work()) {
            case Work.Transfer t -> t.allBytes();
            case Work.Gather g -> (long) g.count() * (Integer.BYTES + g.rowBytes());
            case Work.Compute _, Work.Meet _ -> 0;
        };
        run.observer.instruction(new InstructionSpan(core, Unit.values()[u], unit.index,
                op.source().opcode(), start, own, unit.free, unit.lastEnd, bytes, op.macs(),
                new InstructionSpan.Charge(unit.busy, unit.waitMemory, unit.waitPeer,
                        unit.waitToken, Unit.values()[unit.tokenFrom], unit.waitDispatch,
                        unit.waitFetch)));
    }

    private void observeWait(String waitsFor, long from, long to) {
        if (to > from && run.observer != StepObserver.NONE) {
            run.observer.sequencer(core, waitsFor, from, to);
        }
    }

    private void planSequencerIfWaiting() {
        if (ended == EventRun.NEVER) {
            planSequencer();
        }
    }

    long fetchedBytes() {
        return fetch.bytes();
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
