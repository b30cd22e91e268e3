package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a program small without changing what it does: the layers of a model become one body of
 * REP, whose off-chip addresses move on by base registers. Works on streams with tokens, so that
 * what is dispatched is exactly what was there before.
 */
final class Folding {
    /** Instructions that a repetition needs beside its body, at most. */
    private static final int OVERHEAD = 12;

    private final List<Instruction> stream;
    private final long[] bases;
    private final Periods periods;
    private final List<Instruction> out = new ArrayList<>();

    private Folding(List<Instruction> stream, long[] bases) {
        this.stream = stream;
        this.bases = bases;
        this.periods = new Periods(stream);
    }

    /** The same program with repetitions; its streams must have none, and no SETB. */
    static Program fold(Program program) {
        List<List<Instruction>> streams = IntStream.range(0, program.cores()).parallel()
                .mapToObj(core -> new Folding(program.streams().get(core),
                        program.baseRegisters(core)).folded()).toList();
        return new Program(program.name(), program.maxTokens(), program.maxContext(),
                program.buffers(), program.regions(), streams);
    }

    private List<Instruction> folded() {
        boolean foldable = stream.stream().noneMatch(i -> i instanceof Instruction.SetBase
                || i instanceof Instruction.Repeat);
        if (!foldable) {
            return stream;
        }
        fold(0, stream.size());
        return out;
    }

    private void fold(int from, int to) {
        var best = periods.best(from, to).filter(run -> run.saved() > OVERHEAD);
        if (best.isEmpty()) {
            out.addAll(stream.subList(from, to));
            return;
        }
        Periods.Run run = best.get();
        fold(from, run.from());
        out.add(new Instruction.Repeat(Tokens.NONE, run.trips()));
        out.addAll(stream.subList(run.from(), run.from() + run.length()));
        for (int base = 0; base < bases.length; base++) {
            if (run.steps().get(base) > 0) {
                out.add(new Instruction.SetBase(Tokens.NONE, base, run.steps().get(base), true));
            }
        }
        out.add(new Instruction.EndRepeat(Tokens.NONE));
        for (int base = 0; base < bases.length; base++) {
            if (run.steps().get(base) > 0) {
                out.add(new Instruction.SetBase(Tokens.NONE, base, bases[base], false));
            }
        }
        fold(run.to(), to);
    }
}
