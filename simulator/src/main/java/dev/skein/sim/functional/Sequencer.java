package dev.skein.sim.functional;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Registers;
import java.util.Arrays;

/**
 * Walks the stream of one core in the order of dispatch: expands loops, updates base registers and
 * gives each instruction the registers it sees. All instructions come by, those of the sequencer
 * itself too (LOOP and REP once, ENDLOOP and ENDREP once a trip, SETB, SPAN, END), so that a timing
 * machine can charge and drain for them; their effect on the registers happens in
 * {@link #advance()}.
 *
 * <pre>{@code
 * sequencer.start(position, tokens);
 * for (; !sequencer.atEnd(); sequencer.advance()) {
 *     execute(sequencer.instruction(), sequencer.registers(), sequencer.bases());
 * }
 * }</pre>
 */
public final class Sequencer {
    private final Instruction[] stream;
    private final long[] startBases;
    private final int core;
    /** For each nesting level: index of the LOOP, its trips and the iteration it is in. */
    private int[] heads = new int[8];
    private int[] trips = new int[8];
    private int[] iterations = new int[8];
    private int depth;
    /** Index of the open REP and trips still to come. */
    private int repetition;
    private int repetitionsLeft;
    private int index;
    private Instruction current;
    private Registers registers;
    private long[] bases;

    /**
     * A sequencer for one core's stream, at POS 0 with one token until {@link #start} says else.
     */
    public Sequencer(Program program, int core) {
        this.stream = program.streams().get(core).toArray(new Instruction[0]);
        this.startBases = program.baseRegisters(core);
        this.core = core;
        start(0, 1);
    }

    /** Goes to the first instruction of a step. */
    public void start(int position, int tokens) {
        registers = new Registers(position, tokens, 0);
        bases = startBases;
        depth = 0;
        index = 0;
        current = at(0);
    }

    /** The instruction to dispatch now; END at the end. */
    public Instruction instruction() {
        return current;
    }

    /** Its index in the stream, for messages. */
    public int index() {
        return index;
    }

    /** The length registers it sees. */
    public Registers registers() {
        return registers;
    }

    /**
     * The base registers it sees. The array is never written again (SETB makes a new one), so it
     * may be kept with a queued instruction; callers do not write it either.
     */
    public long[] bases() {
        return bases;
    }

    /** Whether the current instruction is END. */
    public boolean atEnd() {
        return current instanceof Instruction.End;
    }

    /** Applies the current instruction if it is the sequencer's and goes to the next. */
    public void advance() {
        switch (current) {
            case Instruction.Loop loop -> enter(loop.count());
            case Instruction.EndLoop _ -> repeat();
            case Instruction.SetBase set -> {
                bases = bases.clone();
                bases[set.base()] = set.add()
                        ? Math.addExact(bases[set.base()], set.value()) : set.value();
                index++;
            }
            case Instruction.SetSpan set -> {
                registers = registers.with(set.span());
                index++;
            }
            case Instruction.Repeat rep -> {
                repetition = index++;
                repetitionsLeft = rep.count() - 1;
            }
            case Instruction.EndRepeat _ ->
                index = repetitionsLeft-- > 0 ? repetition + 1 : index + 1;
            case Instruction.End _ -> {
                return;
            }
            case Instruction _ -> index++;
        }
        current = at(index);
    }

    private void enter(Extent count) {
        int n = count.trips(registers);
        if (n < 1) {
            throw new IllegalStateException(where() + ": loop of " + n + " trips, at least 1");
        }
        if (depth == heads.length) {
            heads = Arrays.copyOf(heads, 2 * depth);
            trips = Arrays.copyOf(trips, 2 * depth);
            iterations = Arrays.copyOf(iterations, 2 * depth);
        }
        heads[depth] = index;
        trips[depth] = n;
        iterations[depth] = 0;
        depth++;
        registers = registers.at(0);
        index++;
    }

    private void repeat() {
        if (depth == 0) {
            throw new IllegalStateException(where() + ": ENDLOOP without LOOP");
        }
        int top = depth - 1;
        if (++iterations[top] < trips[top]) {
            registers = registers.at(iterations[top]);
            index = heads[top] + 1;
            return;
        }
        depth--;
        registers = registers.at(depth == 0 ? 0 : iterations[depth - 1]);
        index++;
    }

    private Instruction at(int i) {
        if (i >= stream.length) {
            throw new IllegalStateException(where() + ": the stream ends without END");
        }
        return stream[i];
    }

    private String where() {
        return "core " + core + ", instruction " + index;
    }
}
