package dev.skein.hls.isa;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The rules of one stream that need no addresses: its end, its loops, tiled extents and tokens.
 * Repetitions are written out before, see {@link WrittenOut}.
 *
 * <p>Why the token rules exclude deadlock: in program order every wait finds its token and no FIFO
 * is full, so the earliest unfinished instruction of a core can always go on, whatever the depth of
 * the queues; a SYNC goes on because the other cores reach theirs in the same way.
 */
final class StreamRules {
    /** Loops inside each other. */
    static final int LOOP_DEPTH = 4;

    /** Instructions that a core may execute in a step: far beyond any model, so a mistake. */
    static final long LONGEST_STEP = 1L << 26;

    private static final int N = Unit.QUEUED;

    /** An open loop and the matrix instructions directly in it. */
    private static final class Scope {
        final Extent count;
        final long trips;
        int matrices;
        boolean accumulates;

        Scope(Extent count, long trips) {
            this.count = count;
            this.trips = trips;
        }
    }

    private final Program program;
    private final int core;
    private final List<Instruction> stream;
    private final Limits limits;
    private final Lengths lengths;
    private final ArrayDeque<Scope> loops = new ArrayDeque<>();
    private final int[] tokens = new int[N * N];
    private long executed;
    private int index;
    private Instruction current;

    StreamRules(Program program, int core, Limits limits) {
        this.program = program;
        this.core = core;
        this.stream = program.streams().get(core);
        this.limits = limits;
        this.lengths = Lengths.within(limits);
    }

    void check() {
        if (stream.isEmpty() || !(stream.getLast() instanceof Instruction.End)) {
            throw new ProgramException("program " + program.name() + ", core " + core + ": "
                    + stream.size() + " instructions without END at the end; append END");
        }
        for (index = 0; index < stream.size(); index++) {
            current = stream.get(index);
            encodable();
            executed += loops.isEmpty() ? 1 : loops.peek().trips;
            if (executed > LONGEST_STEP) {
                throw fault("count", "a step could execute more than " + LONGEST_STEP
                        + " instructions up to here; use shorter loops");
            }
            if (current.unit() == Unit.SEQ) {
                sequencer();
            } else {
                wait(current.unit(), current.tokens().waits());
                release(current.unit(), current.tokens().releases());
            }
            tiles();
        }
    }

    private void encodable() {
        Component wrong = InstructionCodec.misfit(current);
        if (wrong != null) {
            throw fault(wrong.name(), wrong.get(current) + "; " + wrong.allowed());
        }
    }

    private void sequencer() {
        if (!current.tokens().equals(Tokens.NONE)) {
            throw fault("waits", current.tokens() + "; the sequencer takes no tokens, it drains"
                    + " the queues at loops; use none");
        }
        switch (current) {
            case Instruction.Loop loop -> {
                nothingLeft();
                if (loops.size() == LOOP_DEPTH) {
                    throw fault("count", "loop number " + (LOOP_DEPTH + 1) + " inside each other;"
                            + " at most " + LOOP_DEPTH + "; unroll one");
                }
                long trips = BaseRanges.trips(lengths, loop.count(), limits);
                loops.push(new Scope(loop.count(),
                        Lengths.times(trips, loops.isEmpty() ? 1 : loops.peek().trips)));
            }
            case Instruction.EndLoop _ -> {
                nothingLeft();
                if (loops.isEmpty()) {
                    throw fault("code", "ENDLOOP outside a loop; put a LOOP before it");
                }
                loops.pop();
            }
            case Instruction.End _ -> {
                nothingLeft();
                if (index != stream.size() - 1) {
                    throw fault("code", "END before the end of the stream of " + stream.size()
                            + " instructions; only the last one may be END");
                }
                if (!loops.isEmpty()) {
                    throw fault("code", loops.size() + " loops still open; put an ENDLOOP for each"
                            + " before END");
                }
            }
            case Instruction.SetSpan span -> span(span);
            case Instruction.OnUnit _, Instruction.SetBase _, Instruction.Repeat _,
                    Instruction.EndRepeat _ -> { }
        }
    }

    private void span(Instruction.SetSpan span) {
        if (!loops.isEmpty()) {
            throw fault("window", "SPAN inside a loop, whose tiles it would change while they are"
                    + " counted; put it before LOOP");
        }
        if (span.window() == 0 && (span.global() != 0 || span.growth() != 0)) {
            throw fault("window", "0 with global " + span.global() + " and growth "
                    + span.growth() + "; a dense span is 0, 0, 0, else the window is at least 1");
        }
    }

    private void wait(Unit unit, int waits) {
        notItself(unit, waits, "waits");
        for (int rest = waits; rest != 0; rest &= rest - 1) {
            int other = Integer.numberOfTrailingZeros(rest);
            if (tokens[other * N + unit.ordinal()]-- == 0) {
                throw fault("waits", unit + " waits for a token of " + Unit.values()[other]
                        + " that no earlier instruction has released; release one or do not wait");
            }
        }
    }

    private void release(Unit unit, int releases) {
        notItself(unit, releases, "releases");
        for (int rest = releases; rest != 0; rest &= rest - 1) {
            int other = Integer.numberOfTrailingZeros(rest);
            if (++tokens[unit.ordinal() * N + other] > Unit.TOKEN_DEPTH) {
                throw fault("releases", "more than " + Unit.TOKEN_DEPTH + " tokens from " + unit
                        + " to " + Unit.values()[other] + " at a time; wait for some before");
            }
        }
    }

    private void notItself(Unit unit, int set, String field) {
        if ((set & unit.bit()) != 0) {
            throw fault(field, unit + " names itself; a unit runs in order anyway, drop it");
        }
    }

    private void nothingLeft() {
        for (int i = 0; i < N * N; i++) {
            if (tokens[i] != 0) {
                throw fault("code", tokens[i] + " tokens from " + Unit.values()[i / N] + " to "
                        + Unit.values()[i % N] + " left over; loops and END need every token"
                        + " consumed before");
            }
        }
    }

    private void tiles() {
        switch (current) {
            case Instruction.Load i -> tile("count", i.count());
            case Instruction.Store i -> tile("count", i.count());
            case Instruction.MatMat i -> tiles(i);
            case Instruction.MatVec i -> tiles(i);
            case Instruction.SparseMatrix i -> {
                untiled("m", i.m());
                accumulators(false);
            }
            case Instruction.LoadGather i -> untiled("count", i.count());
            case Instruction.Norm i -> untiled("rows", i.rows());
            case Instruction.Quantise i -> {
                untiled("rows", i.rows());
                untiled("cols", i.cols());
            }
            case Instruction.Softmax i -> {
                untiled("rows", i.rows());
                untiled("cols", i.cols());
            }
            case Instruction.Rope i -> untiled("rows", i.rows());
            case Instruction.Ewise i -> untiled("rows", i.rows());
            case Instruction.Broadcast i -> untiled("rows", i.rows());
            case Instruction.Barrier _, Instruction.Loop _, Instruction.EndLoop _,
                    Instruction.SetBase _, Instruction.End _, Instruction.SetSpan _,
                    Instruction.Repeat _, Instruction.EndRepeat _ -> { }
        }
    }

    private void tiles(Instruction.Matrix i) {
        untiled("m", i.m());
        tile("n", i.n());
        tile("k", i.k());
        if (i.n().mode() == Extent.Mode.TILE && i.k().mode() == Extent.Mode.TILE) {
            throw fault("k", "n and k are both tiled; tile one of them");
        }
        if (i.k().mode() == Extent.Mode.TILE && i.k().imm() % 16 != 0) {
            throw fault("k", "tiles of " + i.k().imm() + "; a tile of k is a multiple of 16");
        }
        accumulators(i.k().mode() == Extent.Mode.TILE);
    }

    private void accumulators(boolean kept) {
        for (Scope loop : loops) {
            loop.matrices++;
            loop.accumulates |= kept;
            if (loop.accumulates && loop.matrices > 1) {
                throw fault("k", "a second matrix instruction in a loop over tiles of k would use"
                        + " the same accumulators; give it a loop of its own");
            }
        }
    }

    private void tile(String field, Extent e) {
        if (e.mode() == Extent.Mode.TILE
                && (loops.isEmpty() || !e.equals(loops.peek().count))) {
            throw fault(field, "tile(" + e.imm() + ") in "
                    + (loops.isEmpty() ? "no loop" : "a loop of " + loops.peek().count)
                    + "; the innermost loop has to count the same tiles");
        }
    }

    private void untiled(String field, Extent e) {
        if (e.mode() == Extent.Mode.TILE) {
            throw fault(field, "tile(" + e.imm() + "); only count of ld and st and n or k of a"
                    + " matrix instruction may be tiled");
        }
    }

    private ProgramException fault(String field, String problem) {
        return ProgramException.at(program.name(), core, index, current, field, problem);
    }
}
