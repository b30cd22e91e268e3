package dev.skein.hls.isa;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The values the base registers can have at each place of a stream, followed through SETB and over
 * all trips of the loops around it. {@link #lo} is also the value in the first trip of each loop.
 */
final class BaseRanges {
    private static final int N = Registers.BASES;

    /** What a loop body does to the registers: sets them to, or adds, {@code [lo, hi]}. */
    private static final class Effect {
        final boolean[] set = new boolean[N];
        final long[] lo = new long[N];
        final long[] hi = new long[N];
        Effect outer;
        long minTrips;
        long maxTrips;

        void apply(Instruction.SetBase s) {
            int b = s.base();
            set[b] |= !s.add();
            lo[b] = s.add() ? lo[b] + s.value() : s.value();
            hi[b] = s.add() ? hi[b] + s.value() : s.value();
        }

        void apply(Effect body) {
            for (int b = 0; b < N; b++) {
                set[b] |= body.set[b];
                lo[b] = body.set[b] ? body.lo[b] : sum(lo[b], body.minTrips, body.lo[b]);
                hi[b] = body.set[b] ? body.hi[b] : sum(hi[b], body.maxTrips, body.hi[b]);
            }
        }
    }

    private record Entry(Effect effect, long[] lo, long[] hi) {}

    private final long[] lo;
    private final long[] hi;
    private final ArrayDeque<Effect> loops = new ArrayDeque<>();
    private final ArrayDeque<Entry> open = new ArrayDeque<>();

    /** The stream has balanced loops and no REP; {@code bases} are the values at its start. */
    BaseRanges(List<Instruction> stream, Limits limits, long[] bases) {
        lo = bases.clone();
        hi = bases.clone();
        Effect current = new Effect();
        Lengths lengths = Lengths.within(limits);
        for (Instruction i : stream) {
            switch (i) {
                case Instruction.SetBase s -> current.apply(s);
                case Instruction.Loop l -> {
                    Effect body = new Effect();
                    body.outer = current;
                    body.maxTrips = trips(lengths, l.count(), limits);
                    body.minTrips = l.count().mode() == Extent.Mode.TILE ? 1 : l.count().imm();
                    loops.add(body);
                    current = body;
                }
                case Instruction.EndLoop _ -> {
                    current.outer.apply(current);
                    current = current.outer;
                }
                case Instruction.OnUnit _, Instruction.End _, Instruction.SetSpan _,
                        Instruction.Repeat _, Instruction.EndRepeat _ -> { }
            }
        }
    }

    /** The most trips a loop can make. */
    static long trips(Lengths lengths, Extent count, Limits limits) {
        return count.mode() == Extent.Mode.TILE ? Math.ceilDiv(limits.maxContext(), count.imm())
                : lengths.count(count);
    }

    /** Smallest value of a register here. */
    long lo(int base) {
        return lo[base];
    }

    /** Largest value of a register here. */
    long hi(int base) {
        return hi[base];
    }

    /** Moves past an instruction; to be called for all of the stream in order. */
    void pass(Instruction instruction) {
        if (instruction instanceof Instruction.SetBase s) {
            int b = s.base();
            lo[b] = s.add() ? sum(lo[b], 1, s.value()) : s.value();
            hi[b] = s.add() ? sum(hi[b], 1, s.value()) : s.value();
        } else if (instruction instanceof Instruction.Loop) {
            enter(loops.remove());
        } else if (instruction instanceof Instruction.EndLoop) {
            leave(open.pop());
        }
    }

    private void enter(Effect body) {
        open.push(new Entry(body, lo.clone(), hi.clone()));
        for (int b = 0; b < N && body.maxTrips > 1; b++) {
            if (body.set[b]) {
                lo[b] = Math.min(lo[b], body.lo[b]);
                hi[b] = Math.max(hi[b], body.hi[b]);
            } else {
                hi[b] = sum(hi[b], body.maxTrips - 1, body.hi[b]);
            }
        }
    }

    private void leave(Entry entry) {
        Effect body = entry.effect();
        for (int b = 0; b < N; b++) {
            lo[b] = body.set[b] ? body.lo[b] : sum(entry.lo()[b], body.minTrips, body.lo[b]);
            hi[b] = body.set[b] ? body.hi[b] : sum(entry.hi()[b], body.maxTrips, body.hi[b]);
        }
    }

    private static long sum(long start, long trips, long step) {
        return Math.min(Lengths.CAP, start + Lengths.times(trips, step));
    }
}
