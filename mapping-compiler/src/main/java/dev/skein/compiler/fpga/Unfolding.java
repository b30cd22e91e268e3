package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The inverse of {@link Folding}: repetitions written out, base registers added to the offsets. */
final class Unfolding {
    private final List<Instruction> stream;
    private final long[] start;
    private final long[] bases;
    private final List<Instruction> out = new ArrayList<>();

    private Unfolding(List<Instruction> stream, long[] bases) {
        this.stream = stream;
        this.start = bases;
        this.bases = bases.clone();
    }

    /** The same program without REP and SETB, as it is dispatched. */
    static Program unfold(Program program) {
        return new Program(program.name(), program.maxTokens(), program.maxContext(),
                program.buffers(), program.regions(), IntStream.range(0, program.cores())
                        .mapToObj(core -> new Unfolding(program.streams().get(core),
                                program.baseRegisters(core)).unfolded()).toList());
    }

    private List<Instruction> unfolded() {
        int rep = 0;
        int left = 0;
        for (int i = 0; i < stream.size(); i++) {
            switch (stream.get(i)) {
                case Instruction.Repeat r -> {
                    rep = i;
                    left = r.count();
                }
                case Instruction.EndRepeat _ -> {
                    left--;
                    i = left > 0 ? rep : i;
                }
                case Instruction.SetBase s -> bases[s.base()] = s.value()
                        + (s.add() ? bases[s.base()] : 0);
                case Instruction x -> out.add(moved(x));
            }
        }
        return out;
    }

    private Instruction moved(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load i when by(i.base()) != 0 -> new Instruction.Load(i.tokens(),
                    i.dstSpace(), i.dst(), i.memory(), i.base(), i.offset() + by(i.base()),
                    i.positionStride(), i.rowBytes(), i.count());
            case Instruction.Store i when by(i.base()) != 0 -> new Instruction.Store(i.tokens(),
                    i.srcSpace(), i.src(), i.memory(), i.base(), i.offset() + by(i.base()),
                    i.positionStride(), i.rowBytes(), i.count());
            case Instruction.LoadGather i when by(i.base()) != 0 -> new Instruction.LoadGather(
                    i.tokens(), i.dst(), i.dstStride(), i.base(), i.offset() + by(i.base()),
                    i.rowBytes(), i.index() + by(i.base()), i.count());
            case Instruction i -> i;
        };
    }

    private long by(int base) {
        return bases[base] - start[base];
    }
}
