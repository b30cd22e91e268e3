package dev.skein.sim.fpga;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.Unit;
import dev.skein.hls.isa.WeightBits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random programs for timing: every opcode, loops in loops, barriers, tokens that always match but
 * order nothing in particular (values would be meaningless).
 */
final class RandomStreams {
    static final int MAX_CONTEXT = 40;
    private static final int HBM_BYTES = 1 << 16;

    private final SplittableRandom random;
    private final int cores;
    private final List<List<Instruction>> streams = new ArrayList<>();

    private RandomStreams(long seed) {
        random = new SplittableRandom(seed);
        cores = 1 + random.nextInt(3);
        for (int c = 0; c < cores; c++) {
            streams.add(new ArrayList<>());
        }
    }

    static Program of(long seed) {
        var r = new RandomStreams(seed);
        r.blocks(3, 0);
        r.streams.forEach(s -> s.add(new Instruction.End(Tokens.NONE)));
        return program(r.streams);
    }

    static Program program(List<List<Instruction>> streams) {
        var regions = new ArrayList<Region>();
        for (int c = 0; c < streams.size(); c++) {
            regions.add(new Region("kv" + c, Memory.HBM, c, Region.Kind.KV, 1, 0, HBM_BYTES));
            regions.add(new Region("params" + c, Memory.PARAM, c, Region.Kind.PARAMS, 2, 0,
                    HBM_BYTES));
        }
        regions.add(new Region("tables", Memory.DDR, Region.SHARED, Region.Kind.TABLES, 3, 128,
                HBM_BYTES));
        return new Program("random", MAX_CONTEXT, MAX_CONTEXT,
                new BufferSizes(1 << 20, 1 << 20, 1 << 16), regions, streams);
    }

    private void blocks(int count, int depth) {
        for (int b = 0; b < count; b++) {
            int kind = random.nextInt(4);
            if (kind == 0 && depth < 2) {
                Extent trips = random.nextBoolean() ? Extent.fixed(1 + random.nextInt(3))
                        : Extent.tile(8 + random.nextInt(20));
                streams.forEach(s -> s.add(new Instruction.Loop(Tokens.NONE, trips)));
                blocks(1 + random.nextInt(2), depth + 1);
                streams.forEach(s -> s.add(new Instruction.EndLoop(Tokens.NONE)));
            } else {
                boolean sync = random.nextBoolean();
                streams.forEach(s -> straight(s, sync));
            }
        }
    }

    /** Instructions with tokens from earlier to later ones, each FIFO in order; maybe a SYNC. */
    private void straight(List<Instruction> stream, boolean sync) {
        int n = random.nextInt(18);
        var units = new ArrayList<Unit>();
        int at = sync ? random.nextInt(n + 1) : -1;
        for (int i = 0; i < n + (sync ? 1 : 0); i++) {
            units.add(i == at ? Unit.SYS : Unit.values()[random.nextInt(Unit.QUEUED)]);
        }
        int[] waits = new int[units.size()];
        int[] releases = new int[units.size()];
        int[][] last = new int[Unit.QUEUED][Unit.QUEUED];
        for (int i = 1; i < units.size(); i++) {
            for (int tries = random.nextInt(3); tries > 0; tries--) {
                int j = random.nextInt(i);
                Unit from = units.get(j);
                Unit to = units.get(i);
                if (from != to && last[from.ordinal()][to.ordinal()] <= j
                        && (waits[i] & from.bit()) == 0 && (releases[j] & to.bit()) == 0) {
                    last[from.ordinal()][to.ordinal()] = j + 1;
                    waits[i] |= from.bit();
                    releases[j] |= to.bit();
                }
            }
        }
        for (int i = 0; i < units.size(); i++) {
            var tokens = new Tokens(waits[i], releases[i]);
            stream.add(i == at ? new Instruction.Barrier(tokens, 0, 0)
                    : instruction(units.get(i), tokens));
            if (random.nextInt(12) == 0) {
                stream.add(new Instruction.SetBase(Tokens.NONE, 1, 64L * random.nextInt(40),
                        false));
            }
        }
    }

    private Instruction instruction(Unit unit, Tokens t) {
        return switch (unit) {
            case LD -> random.nextInt(4) == 0 ? gather(t)
                    : new Instruction.Load(t, Space.WGT, 0, memory(), 1 + random.nextInt(3),
                            random.nextInt(3000), random.nextInt(50), bytes(), extent(4));
            case ST -> new Instruction.Store(t, Space.ACT, 0, memory(), 1 + random.nextInt(3),
                    random.nextInt(3000), random.nextInt(50), bytes(), extent(4));
            case MPE -> matrix(t);
            case SFU -> vector(t);
            case SYS -> new Instruction.Broadcast(t, 0, 64, 0, 64, extent(4), size());
            case SEQ -> throw new IllegalArgumentException();
        };
    }

    private Instruction gather(Tokens t) {
        return new Instruction.LoadGather(t, 0, 64, 3, random.nextInt(2000), bytes(),
                4L * random.nextInt(50), extent(3));
    }

    private Instruction matrix(Tokens t) {
        if (random.nextInt(3) == 0) {
            return sparse(t);
        }
        return random.nextBoolean()
                ? new Instruction.MatVec(t, 0, 64, WeightBits.W4, 1, true, false, false, 0, 4, 0, 0,
                        0, 64, Extent.fixed(1), extent(30), extent(30))
                : new Instruction.MatMat(t, 0, 64, WeightBits.W8, 0, true, false, true, 0, 4, 0, 0,
                        0, 64, extent(3), extent(30), extent(30));
    }

    private Instruction sparse(Tokens t) {
        int steps = 1 + random.nextInt(9);
        int k = 16 * (steps + random.nextInt(9));
        int n = 1 + random.nextInt(200);
        return random.nextBoolean()
                ? new Instruction.SparseMatVec(t, 0, 64, 0, true, 0, 4, 0, 0, 64, 512, steps,
                        Extent.fixed(1), n, k)
                : new Instruction.SparseMatMat(t, 0, 64, 2, false, 0, 4, 0, 0, 64, 768, steps,
                        extent(3), n, k);
    }

    private Instruction vector(Tokens t) {
        return switch (random.nextInt(5)) {
            case 0 -> new Instruction.Norm(t, random.nextBoolean() ? NormKind.RMS : NormKind.LAYER,
                    0, 64, 0, 64, 0, 0, extent(3), size(), 1e-5f);
            case 1 -> new Instruction.Quantise(t, 0, 64, 0, 64, 0, 4, extent(3), extent(20), false,
                    0);
            case 2 -> new Instruction.Softmax(t, 0, 64, extent(3), extent(20), 1f, true);
            case 3 -> new Instruction.Rope(t, 0, 64, extent(3), 1 + random.nextInt(4), 64, 32,
                    RopeStyle.HALF, 0);
            default -> new Instruction.Ewise(t, EwiseFunction.values()[random.nextInt(8)], 0, 64,
                    Space.ACT, 0, 64, 0, 64, extent(3), size(), random.nextBoolean());
        };
    }

    private Extent extent(int most) {
        int n = 1 + random.nextInt(most);
        return switch (random.nextInt(5)) {
            case 0 -> Extent.context(n);
            case 1 -> Extent.tokens(n);
            default -> Extent.fixed(n);
        };
    }

    private Memory memory() {
        return Memory.values()[random.nextInt(3)];
    }

    private int bytes() {
        return 1 + random.nextInt(300);
    }

    private int size() {
        return 1 + random.nextInt(200);
    }
}
