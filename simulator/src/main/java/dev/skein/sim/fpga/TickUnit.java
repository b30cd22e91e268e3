package dev.skein.sim.fpga;

import dev.skein.hls.isa.Memory;
import java.util.ArrayDeque;
import java.util.List;

/** A unit of the tick machine: its queue, what it executes, and what has left it but not ended. */
final class TickUnit {
    /** What an instruction in flight is doing. */
    enum State { COMPUTING, MOVING, READING_ROW_NUMBERS, AT_BARRIER }

    /** An instruction in flight. */
    private static final class Flight {
        private final Operation op;
        private State state;
        private long left;
        private TickArrival arrival = new TickArrival(List.of(), 0);
        private boolean arrived;
        private long dataCycles;
        /** Cycles since its start, and those in which no older one was still moving data. */
        private long occupied;
        private long own;

        private Flight(Operation op, State state) {
            this.op = op;
            this.state = state;
        }
    }

    private final TickCore core;
    private final int index;
    private final int outstanding;
    private final Accounts.OfUnit account;
    private final ArrayDeque<Operation> queue = new ArrayDeque<>();
    private final ArrayDeque<Flight> working = new ArrayDeque<>();
    private final ArrayDeque<Flight> ending = new ArrayDeque<>();

    private int visible;
    private int lengthAtStart;
    private long memoryCycles;
    private long fetchCycles;
    private long emptyCycles;
    private long tokenCycles;
    private int missing;
    private int lastMissing;

    TickUnit(TickCore core, int index, int outstanding, Accounts.OfUnit account) {
        this.core = core;
        this.index = index;
        this.outstanding = outstanding;
        this.account = account;
    }

    // Phase 1: what is over at the start of this cycle.

    void beginCycle() {
        visible = queue.size();
        lengthAtStart = queue.size();
        while (!working.isEmpty() && isOver(working.element())) {
            Flight f = working.remove();
            if (f.state == State.MOVING) {
                f.dataCycles += core.dataCycles(memory(f), f.arrival);
                long busy = Math.min(f.own, f.dataCycles);
                account.busy += busy;
                account.waitMemory += f.own - busy;
            }
            core.occupied(f.op, f.occupied);
            ending.add(f);
        }
        ending.forEach(TickUnit::look);
        working.forEach(TickUnit::look);
        while (!ending.isEmpty() && ending.element().arrived) {
            core.ended(index, ending.remove().op);
        }
    }

    private static void look(Flight f) {
        f.arrived = f.arrived || f.arrival.here();
    }

    private static boolean isOver(Flight f) {
        return switch (f.state) {
            case COMPUTING -> f.left == 0;
            case MOVING -> f.arrival.moved();
            case READING_ROW_NUMBERS, AT_BARRIER -> false;
        };
    }

    private static Memory memory(Flight f) {
        return f.op.work() instanceof Work.Transfer t ? t.memory() : Memory.DDR;
    }

    // Phase 2: dispatch, decided on the state at the start of the cycle.

    boolean hadRoom(int depth) {
        return lengthAtStart < depth;
    }

    void enter(Operation entering) {
        queue.add(entering);
    }

    // Phase 3: starts.

    /** Starts the head, or the second half of an LDG, if it can; returns whether it did. */
    boolean tryStart() {
        Flight last = working.peekLast();
        if (last != null && last.state == State.READING_ROW_NUMBERS) {
            if (last.arrived) {
                last.dataCycles += core.dataCycles(Memory.DDR, last.arrival);
                last.arrival = core.sendRows((Work.Gather) last.op.work());
                last.arrived = false;
                last.state = State.MOVING;
                return true;
            }
            return false;
        }
        if (isFull() || visible == 0) {
            return false;
        }
        missing = core.missingTokens(index, queue.element());
        if (missing != 0) {
            return false;
        }
        Operation op = queue.remove();
        visible--;
        core.takeTokens(index, op);
        commitWaits();
        core.started(account, op);
        working.add(begin(op));
        return true;
    }

    private boolean isFull() {
        return working.size() + ending.size() == outstanding;
    }

    private void commitWaits() {
        account.waitMemory += memoryCycles;
        account.waitFetch += fetchCycles;
        account.waitDispatch += emptyCycles;
        if (tokenCycles > 0) {
            account.waitTokenFrom[Integer.numberOfTrailingZeros(lastMissing)] += tokenCycles;
        }
        memoryCycles = 0;
        fetchCycles = 0;
        emptyCycles = 0;
        tokenCycles = 0;
    }

    private Flight begin(Operation op) {
        Flight f = new Flight(op, State.COMPUTING);
        switch (op.work()) {
            case Work.Compute c -> f.left = c.cycles();
            case Work.Transfer t -> {
                f.state = State.MOVING;
                f.arrival = core.send(t);
            }
            case Work.Gather g -> {
                f.state = State.READING_ROW_NUMBERS;
                f.arrival = core.sendRowNumbers(g);
            }
            case Work.Meet _ -> f.state = State.AT_BARRIER;
        }
        return f;
    }

    // Phase 4: the barrier.

    boolean atBarrier() {
        return !working.isEmpty() && working.element().state == State.AT_BARRIER;
    }

    void pass(int barrierCycles) {
        working.element().state = State.COMPUTING;
        working.element().left = barrierCycles;
    }

    // Phase 5: the cycle itself.

    void endCycle(boolean fetching) {
        for (Flight f : working) {
            f.occupied++;
        }
        Flight oldest = working.peek();
        if (oldest == null) {
            accountFree(fetching);
            return;
        }
        oldest.own++;
        if (oldest.state == State.COMPUTING) {
            account.busy++;
            oldest.left--;
        } else if (oldest.state == State.AT_BARRIER) {
            account.waitPeer++;
        }
    }

    private void accountFree(boolean fetching) {
        if (isFull()) {
            memoryCycles++;
        } else if (visible > 0) {
            tokenCycles++;
            lastMissing = missing;
        } else if (fetching) {
            fetchCycles++;
        } else {
            emptyCycles++;
        }
    }

    /** Whether anything here will move without a token or an instruction from outside. */
    boolean isActive() {
        return !working.isEmpty() && !atBarrier() || !ending.isEmpty();
    }

    /** The instruction that cannot start, or null. */
    Operation blockedHead() {
        return working.isEmpty() ? queue.peek() : null;
    }

    void close() {
        account.idle += memoryCycles + fetchCycles + emptyCycles;
    }
}
