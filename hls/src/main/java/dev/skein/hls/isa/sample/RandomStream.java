package dev.skein.hls.isa.sample;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The stream of one core as it grows: control flow here, operands in {@link RandomOperands}. */
final class RandomStream {
    /** No gather buffer may be written now. */
    static final int NO_GATHER = -1;

    private final SplittableRandom random;
    private final RandomOperands operands;
    private final List<Instruction> out = new ArrayList<>();

    RandomStream(SplittableRandom random, int core, int cores, int maxTokens, int maxContext) {
        this.random = random;
        this.operands = new RandomOperands(random, core, cores, maxTokens, maxContext);
    }

    List<Instruction> instructions() {
        return out;
    }

    void add(Instruction instruction) {
        out.add(instruction);
    }

    /** Barrier over a gather buffer, which may be read from then on. */
    void barrier(int gather) {
        add(new Instruction.Barrier(Tokens.NONE, RandomOperands.gatherAddress(gather),
                RandomPrograms.GATHER_BYTES));
        operands.readable(gather);
    }

    /** Up to {@code size} instructions; broadcasts too unless {@link #NO_GATHER}. */
    void body(int size, int gather) {
        int sends = gather == NO_GATHER ? 0 : 1 + random.nextInt(2);
        for (int i = 0; i < size; i++) {
            if (sends > 0 && random.nextInt(3) == 0) {
                add(operands.broadcast(gather));
                sends--;
            }
            any();
        }
    }

    private void any() {
        if (random.nextInt(8) == 0) {
            out.addAll(operands.sparse());
        } else {
            add(operands.any());
        }
    }

    /** Another span, or a dense one. */
    static Instruction span(SplittableRandom random) {
        Span span = switch (random.nextInt(4)) {
            case 0 -> Span.DENSE;
            case 1 -> new Span(random.nextInt(2), 1, 0);
            default -> new Span(random.nextInt(3), 1 + random.nextInt(2), random.nextInt(256));
        };
        return new Instruction.SetSpan(Tokens.NONE, span.global(), span.window(), span.growth());
    }

    SplittableRandom random() {
        return random;
    }

    /** A repetition of this core alone: its register moves from trip to trip. */
    void repetition() {
        int base = random.nextBoolean() ? RandomPrograms.WEIGHTS : RandomPrograms.KV;
        add(new Instruction.Repeat(Tokens.NONE, 1 + random.nextInt(6)));
        body(1 + random.nextInt(5), NO_GATHER);
        if (random.nextInt(4) == 0) {
            loop(1, 0);
        }
        add(new Instruction.SetBase(Tokens.NONE, base, 64L * random.nextInt(8), true));
        add(operands.transfer());
        add(new Instruction.EndRepeat(Tokens.NONE));
        add(new Instruction.SetBase(Tokens.NONE, base, RandomPrograms.start(base), false));
    }

    /** A loop of this core alone, with more loops inside while {@code nested}. */
    void loop(int depth, int nested) {
        Extent count = switch (random.nextInt(4)) {
            case 0 -> Extent.fixed(1 + random.nextInt(3));
            case 1 -> Extent.tokens(1 + random.nextInt(2));
            default -> Extent.tile(16 * (1 + random.nextInt(2)));
        };
        int base = random.nextBoolean() ? RandomPrograms.WEIGHTS : RandomPrograms.KV;
        boolean advance = random.nextBoolean();
        add(new Instruction.Loop(Tokens.NONE, count));
        boolean tiles = count.mode() == Extent.Mode.TILE;
        int size = 1 + random.nextInt(6);
        boolean accumulates = tiles && nested == 0 && depth == 1 && random.nextInt(3) == 0;
        for (int i = 0; i < size; i++) {
            if (tiles && random.nextInt(3) == 0) {
                add(operands.tiled(count, !accumulates));
            } else if (accumulates) {
                add(operands.anyButMatrix());
            } else {
                any();
            }
        }
        if (accumulates) {
            add(operands.matrix(Extent.fixed(1 + random.nextInt(24)), count));
        }
        if (nested > 0) {
            loop(depth + 1, nested - 1);
        }
        if (advance) {
            add(new Instruction.SetBase(Tokens.NONE, base, 64L * random.nextInt(8), true));
            add(operands.transfer());
        }
        add(new Instruction.EndLoop(Tokens.NONE));
        if (advance && (depth == 1 || random.nextInt(4) == 0)) {
            add(new Instruction.SetBase(Tokens.NONE, base, RandomPrograms.start(base), false));
        }
    }
}
