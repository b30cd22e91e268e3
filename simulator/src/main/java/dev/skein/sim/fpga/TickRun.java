package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;
import java.util.Arrays;

/** One step on the tick machine: every component, every cycle. */
final class TickRun {
    final Board board;
    final Values values;
    final Resolver resolver;
    final TickMemories memories;
    final Accounts accounts;
    private final TickCore[] cores;

    TickRun(Program program, Board board, Values values, int position, int tokens) {
        this.board = board;
        this.values = values;
        this.resolver = new Resolver(board, program.cores());
        this.memories = new TickMemories(board, program.cores());
        this.accounts = new Accounts(program.cores());
        this.cores = new TickCore[program.cores()];
        for (int c = 0; c < cores.length; c++) {
            var sequencer = new Sequencer(program, c);
            sequencer.start(position, tokens);
            cores[c] = new TickCore(this, c, sequencer, Streams.of(program, board, c));
        }
    }

    /** Runs to the end; returns the cycles. */
    long run() {
        int longest = board.control().tokenLatencyCycles();
        int quiet = 0;
        for (long t = 0;; t++) {
            boolean moved = false;
            for (TickCore core : cores) {
                core.beginCycle();
                moved |= core.isActive();
            }
            for (TickCore core : cores) {
                moved |= core.trySequence();
            }
            if (allEnded()) {
                Arrays.stream(cores).forEach(TickCore::close);
                return t;
            }
            memories.beginCycle();
            for (TickCore core : cores) {
                moved |= core.tryStarts();
            }
            meet();
            memories.tick();
            for (TickCore core : cores) {
                core.endCycle();
            }
            quiet = moved ? 0 : quiet + 1;
            if (quiet > longest) {
                throw Stuck.deadlock(t - quiet, Arrays.stream(cores).map(TickCore::stuck));
            }
        }
    }

    /** Bytes of instructions read from memory. */
    long fetchedBytes() {
        return Arrays.stream(cores).mapToLong(TickCore::fetchedBytes).sum();
    }

    private boolean allEnded() {
        for (TickCore core : cores) {
            if (!core.hasEnded()) {
                return false;
            }
        }
        return true;
    }

    private void meet() {
        for (TickCore core : cores) {
            if (!core.units[Unit.SYS.ordinal()].atBarrier()) {
                return;
            }
        }
        for (TickCore core : cores) {
            core.units[Unit.SYS.ordinal()].pass(board.sys().barrierCycles());
        }
    }
}
