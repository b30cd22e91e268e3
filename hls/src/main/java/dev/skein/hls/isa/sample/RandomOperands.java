package dev.skein.hls.isa.sample;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Footprint;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Instructions with operands that fit: what is written stays in the local part of ACT, where the
 * lower half is for results and the upper half for sources of instructions that may not overlap.
 */
final class RandomOperands {
    private static final int HALF = RandomPrograms.LOCAL_BYTES / 2;
    private static final int WGT_BYTES = RandomPrograms.SMALLEST.wgtBytes();
    private static final int PAR_BYTES = RandomPrograms.SMALLEST.parBytes();
    private static final int NOTHING = -1;

    private final SplittableRandom random;
    private final int core;
    private final int cores;
    private final int maxTokens;
    private final int maxContext;
    private int readable = NOTHING;
    private boolean swapped;

    RandomOperands(SplittableRandom random, int core, int cores, int maxTokens, int maxContext) {
        this.random = random;
        this.core = core;
        this.cores = cores;
        this.maxTokens = maxTokens;
        this.maxContext = maxContext;
    }

    static int gatherAddress(int gather) {
        return RandomPrograms.LOCAL_BYTES + gather * RandomPrograms.GATHER_BYTES;
    }

    /** From now on this gather buffer may be read. */
    void readable(int gather) {
        readable = gather;
    }

    Instruction any() {
        if (random.nextInt(4) > 0) {
            return anyButMatrix();
        }
        Extent n = side();
        return matrix(n, n.mode() == Extent.Mode.CONTEXT ? fixedSide() : side());
    }

    Instruction anyButMatrix() {
        swapped = random.nextBoolean();
        return switch (random.nextInt(8)) {
            case 0 -> norm();
            case 1 -> quantise();
            case 2 -> softmax();
            case 3 -> rope();
            case 4 -> ewise();
            case 5 -> gather();
            default -> transfer();
        };
    }

    /** Something whose length is the tile of the loop around it. */
    Instruction tiled(Extent tile, boolean matrices) {
        int rowBytes = 4 * (1 + random.nextInt(8));
        return switch (random.nextInt(matrices ? 3 : 2)) {
            case 0 -> new Instruction.Load(Tokens.NONE, Space.WGT,
                    address(WGT_BYTES, tile.imm() * rowBytes, 16), Memory.HBM,
                    RandomPrograms.WEIGHTS, offset(), 0, rowBytes, tile);
            case 1 -> new Instruction.Store(Tokens.NONE, Space.ACT,
                    address(HALF, tile.imm() * rowBytes, 16), Memory.HBM, RandomPrograms.KV,
                    offset(), 0, rowBytes, tile);
            default -> matrix(tile, Extent.fixed(1 + random.nextInt(64)));
        };
    }

    Instruction transfer() {
        if (random.nextInt(4) == 0) {
            return cache();
        }
        int rowBytes = 4 * (1 + random.nextInt(40));
        int positionStride = random.nextInt(3) == 0 ? rowBytes : 0;
        Extent count = rows();
        int bytes = most(count) * rowBytes;
        return switch (random.nextInt(6)) {
            case 0 -> new Instruction.Store(Tokens.NONE, Space.ACT, source(bytes, 16),
                    Memory.HBM, RandomPrograms.KV, offset(), positionStride, rowBytes, count);
            case 1 -> new Instruction.Store(Tokens.NONE, Space.ACT, source(256, 16), Memory.DDR,
                    RandomPrograms.OUTPUT, (long) core * RandomPrograms.OUTPUT_BYTES
                            + 4 * random.nextInt(900), 0, 256, Extent.fixed(1));
            case 2 -> new Instruction.Load(Tokens.NONE, Space.PAR, address(PAR_BYTES, bytes, 16),
                    Memory.PARAM, RandomPrograms.PARAMS, offset(), positionStride, rowBytes,
                    count);
            case 3 -> new Instruction.Load(Tokens.NONE, Space.ACT, result(bytes, 16), Memory.HBM,
                    RandomPrograms.KV, offset(), positionStride, rowBytes, count);
            default -> new Instruction.Load(Tokens.NONE, Space.WGT, address(WGT_BYTES, bytes, 16),
                    Memory.HBM, random.nextBoolean() ? RandomPrograms.WEIGHTS : RandomPrograms.KV,
                    offset(), positionStride, rowBytes, count);
        };
    }

    /** What the span keeps of a context, in one or two ranges. */
    private Instruction cache() {
        int rowBytes = 4 * (1 + random.nextInt(16));
        Extent count = Extent.context(1 + random.nextInt(2));
        int bytes = most(count) * rowBytes;
        return random.nextInt(3) == 0
                ? new Instruction.Store(Tokens.NONE, Space.ACT, source(bytes, 16), Memory.HBM,
                        RandomPrograms.KV, offset(), 0, rowBytes, count)
                : new Instruction.Load(Tokens.NONE, Space.WGT, address(WGT_BYTES, bytes, 16),
                        Memory.HBM, RandomPrograms.KV, offset(), 0, rowBytes, count);
    }

    /** n and k may be tiled by the loop around. */
    Instruction matrix(Extent n, Extent k) {
        swapped = random.nextBoolean();
        boolean transposed = random.nextInt(4) == 0;
        boolean scaled = !transposed && random.nextInt(4) != 0;
        boolean biased = scaled && random.nextBoolean();
        WeightBits bits = transposed ? WeightBits.W8
                : WeightBits.values()[random.nextInt(WeightBits.values().length)];
        int group = transposed ? 0 : random.nextInt(4);
        Extent m = random.nextBoolean() ? Extent.fixed(1) : Extent.tokens(1);
        int reach = k.mode() == Extent.Mode.TILE ? maxContext : most(k);
        int actStride = align16(reach) + 16 * random.nextInt(2);
        int outStride = 4 * (n.mode() == Extent.Mode.TILE ? maxContext : most(n));
        int weights = (int) (transposed ? most(k) * align16(most(n))
                : most(n) * Footprint.rowStride(bits, group, most(k)));
        int weight = address(WGT_BYTES / 2, weights, 16);
        int act = source(maxTokens * actStride, 16);
        int actScale = source(4 * maxTokens, 4);
        int scale = address(WGT_BYTES, 8 * most(n), 16);
        int out = result(maxTokens * outStride, 4);
        return random.nextBoolean()
                ? new Instruction.MatVec(Tokens.NONE, act, actStride, bits, group, scaled, biased,
                        transposed, actScale, 4, weight, scale, out, outStride, m, n, k)
                : new Instruction.MatMat(Tokens.NONE, act, actStride, bits, group, scaled, biased,
                        transposed, actScale, 4, weight, scale, out, outStride, m, n, k);
    }

    /**
     * A tile of strips is loaded and multiplied; with activations at the ends of their range or
     * with what happens to be there. Then binary32 numbers take the place of the tile, since its
     * bits could be NaNs to whatever comes next.
     */
    List<Instruction> sparse() {
        swapped = random.nextBoolean();
        var out = new ArrayList<Instruction>();
        RandomStrips.Tile tile = RandomStrips.any(random);
        int weight = address(WGT_BYTES, tile.bytes(), 16);
        out.add(new Instruction.Load(Tokens.NONE, Space.WGT, weight, Memory.HBM,
                RandomPrograms.STRIPS, tile.offset(), 0, tile.bytes(), Extent.fixed(1)));
        Extent m = random.nextBoolean() ? Extent.fixed(1) : Extent.tokens(1);
        int actStride = align16(tile.k()) + 16 * random.nextInt(2);
        int act = source(maxTokens * actStride, 16);
        if (random.nextBoolean()) {
            act = (swapped ? 0 : HALF) + address(HALF, maxTokens * actStride, 16);
            out.add(new Instruction.Load(Tokens.NONE, Space.ACT, act, Memory.HBM,
                    RandomPrograms.STRIPS, address(RandomStrips.EXTREMES_BYTES,
                            maxTokens * actStride, 16), 0, actStride, m));
        }
        int actScale = source(4 * maxTokens, 4);
        int outStride = 4 * tile.n();
        int dst = result(maxTokens * outStride, 4);
        out.add(random.nextBoolean()
                ? new Instruction.SparseMatVec(Tokens.NONE, act, actStride, tile.group(),
                        tile.biased(), actScale, 4, weight, dst, outStride, tile.stripBytes(),
                        tile.steps(), m, tile.n(), tile.k())
                : new Instruction.SparseMatMat(Tokens.NONE, act, actStride, tile.group(),
                        tile.biased(), actScale, 4, weight, dst, outStride, tile.stripBytes(),
                        tile.steps(), m, tile.n(), tile.k()));
        out.add(new Instruction.Load(Tokens.NONE, Space.WGT, weight, Memory.HBM,
                RandomPrograms.WEIGHTS, offset(), 0, tile.bytes(), Extent.fixed(1)));
        return out;
    }

    /** Sends to this core's part of a gather buffer of every core. */
    Instruction broadcast(int gather) {
        int part = RandomPrograms.GATHER_BYTES / cores / 4 * 4;
        int cols = 1 + random.nextInt(Math.max(1, part / 4 / maxTokens));
        Extent rows = random.nextBoolean() ? Extent.fixed(1) : Extent.tokens(1);
        int block = 4 * cols * most(rows);
        return new Instruction.Broadcast(Tokens.NONE, source(block, 4), 4 * cols,
                gatherAddress(gather) + core * part + address(part, block, 4), 4 * cols, rows,
                cols);
    }

    private Instruction norm() {
        int cols = 1 + random.nextInt(64);
        int stride = 4 * (cols + random.nextInt(3));
        Extent rows = rows();
        int bytes = most(rows) * stride;
        NormKind kind = random.nextBoolean() ? NormKind.RMS : NormKind.LAYER;
        int dst = result(bytes, 4);
        int src = random.nextInt(3) == 0 ? dst : source(bytes, 4);
        return new Instruction.Norm(Tokens.NONE, kind, src, stride, dst, stride,
                address(PAR_BYTES, 4 * cols, 4), address(PAR_BYTES, 4 * cols, 4), rows, cols,
                1e-5f);
    }

    private Instruction quantise() {
        Extent cols = side();
        Extent rows = rows();
        int stride = 4 * most(cols);
        int dstStride = align16(most(cols));
        int scales = RandomPrograms.LOCAL_BYTES / 4;
        int dst = address(scales - 4096, most(rows) * dstStride, 16);
        int scale = scales - 4096 + address(4096, 4 * most(rows), 4);
        int src = HALF + address(HALF, most(rows) * stride, 4);
        return new Instruction.Quantise(Tokens.NONE, src, stride, dst, dstStride, scale, 4, rows,
                cols, random.nextBoolean(), address(WGT_BYTES, 4 * most(cols), 4));
    }

    private Instruction softmax() {
        boolean causal = random.nextBoolean();
        Extent rows = causal ? Extent.tokens(1) : rows();
        Extent cols = causal ? Extent.context(1) : side();
        int stride = 4 * (most(cols) + random.nextInt(2));
        return new Instruction.Softmax(Tokens.NONE, result(most(rows) * stride, 4), stride, rows,
                cols, 0.25f, causal);
    }

    private Instruction rope() {
        int heads = 1 + random.nextInt(3);
        int headDim = 2 * (1 + random.nextInt(8));
        int rotaryDim = 2 * (1 + random.nextInt(headDim / 2));
        int stride = 4 * heads * headDim;
        Extent rows = rows();
        return new Instruction.Rope(Tokens.NONE, result(most(rows) * stride, 4), stride, rows,
                heads, headDim, rotaryDim, RopeStyle.values()[random.nextInt(2)],
                address(PAR_BYTES, most(rows) * 4 * rotaryDim, 4));
    }

    private Instruction ewise() {
        boolean last = random.nextInt(4) == 0;
        Extent rows = last ? Extent.fixed(1) : rows();
        int cols = 1 + random.nextInt(64);
        int stride = 4 * cols;
        int bytes = Math.max(most(rows), maxTokens) * stride;
        int out = result(bytes, 4);
        int a = !last && random.nextInt(3) == 0 ? out : source(bytes, 4);
        Space bSpace = Space.values()[random.nextInt(3)];
        int b = switch (bSpace) {
            case ACT -> source(bytes, 4);
            case WGT -> address(WGT_BYTES, bytes, 4);
            case PAR -> address(PAR_BYTES, bytes, 4);
        };
        return new Instruction.Ewise(Tokens.NONE,
                EwiseFunction.values()[random.nextInt(EwiseFunction.values().length)], a, stride,
                bSpace, b, random.nextInt(3) == 0 ? 0 : stride, out, stride, rows, cols, last);
    }

    private Instruction gather() {
        int rowBytes = 4 * (1 + random.nextInt(64));
        int stride = rowBytes + 4 * random.nextInt(2);
        return new Instruction.LoadGather(Tokens.NONE, result(maxTokens * stride, 16), stride,
                RandomPrograms.TABLES, 4L * random.nextInt(1024), rowBytes,
                RandomPrograms.idsOffset() + 4 * random.nextInt(8), Extent.tokens(1));
    }

    private Extent rows() {
        return random.nextBoolean() ? Extent.tokens(1) : Extent.fixed(1 + random.nextInt(3));
    }

    private Extent side() {
        return random.nextInt(4) == 0 ? Extent.context(1) : fixedSide();
    }

    private Extent fixedSide() {
        return Extent.fixed(1 + random.nextInt(48));
    }

    private long offset() {
        return 64L * random.nextInt(512);
    }

    private int most(Extent e) {
        return switch (e.mode()) {
            case FIXED -> e.imm();
            case TOKENS -> e.imm() * maxTokens;
            case CONTEXT -> e.imm() * maxContext;
            case TILE -> Math.min(e.imm(), maxContext);
        };
    }

    private static int align16(int n) {
        return (n + 15) / 16 * 16;
    }

    /** Where an instruction writes: one half of the local part. */
    private int result(int bytes, int granule) {
        return (swapped ? HALF : 0) + address(HALF, bytes, granule);
    }

    /** Where it reads: the other half, or a gather buffer that is complete. */
    private int source(int bytes, int granule) {
        if (readable != NOTHING && bytes <= RandomPrograms.GATHER_BYTES
                && random.nextInt(3) == 0) {
            return gatherAddress(readable)
                    + address(RandomPrograms.GATHER_BYTES, bytes, granule);
        }
        return (swapped ? 0 : HALF) + address(HALF, bytes, granule);
    }

    /** An aligned address so that {@code bytes} fit below {@code limit}; often the same few. */
    private int address(int limit, int bytes, int granule) {
        int room = (limit - bytes) / granule;
        if (room < 0) {
            throw new IllegalStateException(bytes + " bytes do not fit in " + limit);
        }
        int step = Math.max(1, room / 8);
        return random.nextInt(room / step + 1) * step * granule;
    }
}
