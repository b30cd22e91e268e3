package dev.skein.sim.fpga;

import dev.skein.hls.isa.Memory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A unit of the tick machine: its queue, what it executes, and what has left it but not ended. */
final class TickUnit {
    /** What a unit is doing with its instruction. */
    enum State { FREE, COMPUTING, MOVING, READING_ROW_NUMBERS, AWAITING_ROW_NUMBERS, AT_BARRIER }

    private static final class Ending {
        final Operation op;
        int left;

        Ending(Operation op, int left) {
            this.op = op;
            this.left = left;
        }
    }

    private final TickCore core;
    private final int index;
    private final Accounts.OfUnit account;
    private final ArrayDeque<Operation> queue = new ArrayDeque<>();
    private final ArrayDeque<Ending> endings = new ArrayDeque<>();

    private State state = State.FREE;
    private Operation op;
    private Memory memory;
    private long left;
    private List<TickMemories.Part> parts = List.of();
    private long occupied;
    private long dataCycles;

    private int visible;
    private int lengthAtStart;
    private long emptyCycles;
    private long tokenCycles;
    private int missing;
    private int lastMissing;

    TickUnit(TickCore core, int index, Accounts.OfUnit account) {
        this.core = core;
        this.index = index;
        this.account = account;
    }

    // Phase 1: what is over at the start of this cycle.

    void beginCycle() {
        visible = queue.size();
        lengthAtStart = queue.size();
        switch (state) {
            case COMPUTING -> {
                if (left == 0) {
                    leave(0);
                }
            }
            case MOVING -> {
                if (partsDone()) {
                    closePhase();
                    account.busy += dataCycles;
                    account.waitMemory += occupied - dataCycles;
                    leave(core.latencyCycles(memory));
                }
            }
            case READING_ROW_NUMBERS -> {
                if (partsDone()) {
                    closePhase();
                    state = State.AWAITING_ROW_NUMBERS;
                    left = core.latencyCycles(memory);
                }
            }
            case FREE, AWAITING_ROW_NUMBERS, AT_BARRIER -> { }
        }
        while (!endings.isEmpty() && endings.element().left == 0) {
            core.ended(index, endings.remove().op);
        }
    }

    private boolean partsDone() {
        for (TickMemories.Part p : parts) {
            if (!p.request().done()) {
                return false;
            }
        }
        return true;
    }

    private void closePhase() {
        Map<Integer, Long> beats = new HashMap<>();
        for (TickMemories.Part p : parts) {
            beats.merge(p.channel(), p.request().beats(), Long::sum);
        }
        dataCycles += core.cycles(memory,
                beats.values().stream().mapToLong(Long::longValue).max().orElse(0));
        parts = List.of();
    }

    private void leave(int latencyCycles) {
        endings.add(new Ending(op, latencyCycles));
        core.occupied(op, occupied);
        state = State.FREE;
        op = null;
    }

    // Phase 2: dispatch, decided on the state at the start of the cycle.

    boolean hadRoom(int depth) {
        return lengthAtStart < depth;
    }

    void enter(Operation entering) {
        queue.add(entering);
    }

    // Phase 3: starts.

    /** Starts the head if it can; returns whether something began. */
    boolean tryStart() {
        if (state == State.AWAITING_ROW_NUMBERS && left == 0) {
            parts = core.sendRows((Work.Gather) op.work());
            state = State.MOVING;
            return true;
        }
        if (state != State.FREE || visible == 0) {
            return false;
        }
        missing = core.missingTokens(index, queue.element());
        if (missing != 0) {
            return false;
        }
        op = queue.remove();
        visible--;
        core.takeTokens(index, op);
        account.waitDispatch += emptyCycles;
        emptyCycles = 0;
        if (tokenCycles > 0) {
            account.waitTokenFrom[Integer.numberOfTrailingZeros(lastMissing)] += tokenCycles;
            tokenCycles = 0;
        }
        occupied = 0;
        dataCycles = 0;
        begin();
        return true;
    }

    private void begin() {
        core.started(account, op);
        switch (op.work()) {
            case Work.Compute c -> {
                state = State.COMPUTING;
                left = c.cycles();
            }
            case Work.Transfer t -> {
                state = State.MOVING;
                memory = t.memory();
                parts = core.send(t);
            }
            case Work.Gather g -> {
                state = State.READING_ROW_NUMBERS;
                memory = Memory.DDR;
                parts = core.send(memory, g.index(), (long) Integer.BYTES * g.count(), false);
            }
            case Work.Meet _ -> state = State.AT_BARRIER;
        }
    }

    // Phase 4: the barrier.

    boolean atBarrier() {
        return state == State.AT_BARRIER;
    }

    void pass(int barrierCycles) {
        state = State.COMPUTING;
        left = barrierCycles;
    }

    // Phase 5: the cycle itself.

    void endCycle() {
        if (state == State.FREE) {
            accountFree();
        } else {
            occupied++;
            if (state == State.COMPUTING) {
                account.busy++;
            } else if (state == State.AT_BARRIER) {
                account.waitPeer++;
            }
            if (state == State.COMPUTING || state == State.AWAITING_ROW_NUMBERS) {
                left--;
            }
        }
        for (Ending e : endings) {
            e.left = Math.max(0, e.left - 1);
        }
    }

    private void accountFree() {
        if (visible == 0) {
            emptyCycles++;
            return;
        }
        tokenCycles++;
        lastMissing = missing;
    }

    /** Whether anything here will move without a token or an instruction from outside. */
    boolean isActive() {
        return (state != State.FREE && state != State.AT_BARRIER) || !endings.isEmpty();
    }

    /** The instruction that cannot start, or null. */
    Operation blockedHead() {
        return state == State.FREE ? queue.peek() : null;
    }

    void close() {
        account.idle += emptyCycles;
    }
}
