package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;
import dev.skein.sim.trace.StepObserver;
import java.util.Arrays;

/**
 * One step on the event-driven machine. Each unit and each sequencer is an agent with the cycle of
 * its next event; the earliest goes first. At equal times the agents go in order of core and unit,
 * which is the order in which requests reach a channel; nothing else depends on it, because an
 * event never causes another one in the same cycle.
 */
final class EventRun {
    /** A time that is not known yet. */
    static final long NEVER = Long.MAX_VALUE;
    /** The agents of a core behind its units. */
    static final int SEQUENCER = Unit.QUEUED;
    /** See {@link #SEQUENCER}. */
    static final int FETCH = SEQUENCER + 1;
    private static final int AGENTS = FETCH + 1;

    final Board board;
    final Values values;
    final Resolver resolver;
    final EventMemories memories;
    final Accounts accounts;
    final StepObserver observer;

    private final EventCore[] cores;
    private final long[] next;
    private int running;
    private int met;
    private long cycles;

    EventRun(Program program, Board board, Values values, StepObserver observer, int position,
            int tokens) {
        this.observer = observer;
        this.board = board;
        this.values = values;
        this.resolver = new Resolver(board, program.cores());
        this.memories = new EventMemories(board, program.cores(), observer);
        this.accounts = new Accounts(program.cores());
        this.next = new long[program.cores() * AGENTS];
        this.cores = new EventCore[program.cores()];
        this.running = cores.length;
        for (int c = 0; c < cores.length; c++) {
            var sequencer = new Sequencer(program, c);
            sequencer.start(position, tokens);
            cores[c] = new EventCore(this, c, sequencer, Streams.of(program, board, c));
        }
    }

    /** Runs to the end; returns the cycles. */
    long run() {
        while (running > 0) {
            int agent = earliest();
            long t = next[agent];
            if (t == NEVER) {
                throw Stuck.deadlock(cycles, Arrays.stream(cores).map(EventCore::stuck));
            }
            cycles = t;
            int unit = agent % AGENTS;
            if (unit == SEQUENCER) {
                cores[agent / AGENTS].sequence(t);
            } else if (unit == FETCH) {
                cores[agent / AGENTS].fetch(t);
            } else {
                cores[agent / AGENTS].start(unit, t);
            }
        }
        for (EventCore core : cores) {
            core.close(cycles);
        }
        return cycles;
    }

    /** Bytes of instructions read from memory. */
    long fetchedBytes() {
        return Arrays.stream(cores).mapToLong(EventCore::fetchedBytes).sum();
    }

    private int earliest() {
        int best = 0;
        long time = next[0];
        for (int i = 1; i < next.length; i++) {
            if (next[i] < time) {
                time = next[i];
                best = i;
            }
        }
        return best;
    }

    void plan(int core, int agent, long t) {
        next[core * AGENTS + agent] = t;
    }

    void clear(int core, int agent) {
        plan(core, agent, NEVER);
    }

    /** A core arrived at its next SYNC. */
    void meet(long t) {
        met++;
        if (met == cores.length) {
            met = 0;
            for (EventCore core : cores) {
                core.met(t, t + board.sys().barrierCycles());
            }
        }
    }

    /** A core reached END. */
    void ended() {
        running--;
    }
}
