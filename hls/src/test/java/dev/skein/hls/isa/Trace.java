package dev.skein.hls.isa;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What a core dispatches in one step, with loops run and registers resolved. */
final class Trace {
    /**
     * A dispatched instruction.
     *
     * @param instruction of a queued unit, or LOOP or ENDLOOP where the queues are drained
     * @param registers as resolved
     * @param bases base registers as resolved
     */
    record Step(Instruction instruction, Registers registers, long[] bases) {
        boolean drains() {
            return instruction.unit() == Unit.SEQ;
        }

        /** Accesses of this step; DDR and the buffers of the core itself. */
        void visit(AccessSink sink) {
            Footprint.visit(instruction, registers, sink);
        }
    }

    private record Frame(int head, int trips, int outerIteration) {}

    private Trace() {}

    /** How many instructions a core executes, with all loops run. */
    static long length(Program program, int core, int position, int tokens) {
        var r = new Registers(position, tokens, 0);
        var trips = new ArrayDeque<>(List.of(1L));
        long sum = 0;
        for (Instruction i : program.streams().get(core)) {
            if (i instanceof Instruction.Repeat p) {
                trips.push(trips.peek() * p.count());
            } else if (i instanceof Instruction.EndRepeat) {
                trips.pop();
            } else if (i instanceof Instruction.Loop l) {
                trips.push(trips.peek() * l.count().trips(r));
            } else if (i instanceof Instruction.EndLoop) {
                trips.pop();
            }
            sum += trips.peek();
        }
        return sum;
    }

    static List<Step> of(Program program, int core, int position, int tokens) {
        var out = new ArrayList<Step>();
        long[] bases = program.baseRegisters(core);
        var frames = new ArrayDeque<Frame>();
        var r = new Registers(position, tokens, 0);
        List<Instruction> stream = program.streams().get(core);
        int repetition = 0;
        int left = 0;
        for (int i = 0; ; i++) {
            switch (stream.get(i)) {
                case Instruction.End _ -> {
                    return out;
                }
                case Instruction.SetBase s -> {
                    bases = bases.clone();
                    bases[s.base()] = s.add() ? bases[s.base()] + s.value() : s.value();
                }
                case Instruction.Loop l -> {
                    out.add(new Step(l, r, bases));
                    frames.push(new Frame(i, l.count().trips(r), r.iteration()));
                    r = r.at(0);
                }
                case Instruction.EndLoop l -> {
                    out.add(new Step(l, r, bases));
                    if (r.iteration() + 1 < frames.peek().trips()) {
                        r = r.at(r.iteration() + 1);
                        i = frames.peek().head();
                    } else {
                        r = r.at(frames.pop().outerIteration());
                    }
                }
                case Instruction.SetSpan s -> r = r.with(s.span());
                case Instruction.Repeat p -> {
                    repetition = i;
                    left = p.count();
                }
                case Instruction.EndRepeat _ -> i = --left > 0 ? repetition : i;
                case Instruction.OnUnit u -> out.add(new Step(u, r, bases));
            }
        }
    }
}
