package dev.skein.sim.rtl;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import dev.skein.sim.functional.MatrixOperation;
import dev.skein.sim.functional.MatrixOperation.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A random operation of the MPE with its operands, and the sums that integers give. */
record Tile(MatrixOperation operation, MemorySegment act, MemorySegment wgt, long[] sums) {
    private static final int MAX_GROUP = 4;
    private static final int[] BLOCKS = {1, 1, 2, 3, 6, 12};

    /** Any widths, patterns, groups and sizes; every fourth one with extreme values. */
    static Tile of(Kind kind, Random random, Arena arena) {
        int m = 1 + random.nextInt(switch (kind) {
            case MM, SPMM -> 40;
            case MV, SPMV -> 3;
        });
        int n = 1 + random.nextInt(random.nextBoolean() ? 20 : 80);
        int k = 16 * BLOCKS[random.nextInt(BLOCKS.length)] - (random.nextBoolean() ? 0
                : random.nextInt(16));
        int actStride = k + random.nextInt(20);
        int group = random.nextInt(MAX_GROUP + 1);
        int seed = random.nextInt(4);
        byte[] x = new byte[m * actStride];
        values(random, x, seed == 0 ? 127 : 0, 127);
        var shape = new Shape(kind, m, n, k, x, actStride, group);
        return switch (kind) {
            case MM, MV -> random.nextInt(4) == 0 ? transposed(shape, random, arena)
                    : rows(shape, random, arena);
            case SPMM, SPMV -> strips(shape, random, arena);
        };
    }

    /** What is multiplied, but for the weights: x is {@code [m, actStride]}. */
    private record Shape(Kind kind, int m, int n, int k, byte[] x, int actStride, int group) {

        /** Packed rows with groups, or what is transposed without. */
        Tile tile(WeightBits bits, boolean transposed, MemorySegment wgt, long[] sums,
                Arena arena) {
            int groupSize = transposed ? 0 : PackedRows.groupSize(group);
            return new Tile(new MatrixOperation(kind, m, n, k, 0, actStride, 0, bits, groupSize,
                    transposed, 0, 0), arena.allocateFrom(ValueLayout.JAVA_BYTE, x), wgt, sums);
        }

        /** The products of row {@code row} of the weights. */
        void add(long[] sums, int row, byte[] w, Scale scale) {
            for (int i = 0; i < m; i++) {
                for (int c = 0; c < w.length; c++) {
                    sums[i * n + row] += (long) scale.of(c) * w[c] * x[i * actStride + c];
                }
            }
        }
    }

    /** All of one magnitude and any sign where {@code extreme} is not 0. */
    private static void values(Random random, byte[] to, int extreme, int max) {
        for (int i = 0; i < to.length; i++) {
            to[i] = (byte) (extreme != 0 ? random.nextInt(16) == 0 ? -extreme : extreme
                    : random.nextInt(2 * max + 1) - max);
        }
    }

    private static Tile rows(Shape shape, Random random, Arena arena) {
        int n = shape.n;
        int k = shape.k;
        int group = shape.group;
        WeightBits bits = WeightBits.values()[random.nextInt(WeightBits.values().length)];
        int rowBytes = PackedRows.rowBytes(bits, group, k);
        MemorySegment wgt = arena.allocate(Math.max(1, (long) n * rowBytes));
        int groups = PackedRows.groups(group, k);
        int groupSize = PackedRows.groupSize(group);
        long[] sums = new long[shape.m * n];
        boolean extreme = random.nextInt(4) == 0;
        for (int row = 0; row < n; row++) {
            byte[] w = new byte[k];
            values(random, w, extreme ? bits.max() : 0, bits.max());
            int[] scales = scales(random, groups, extreme);
            PackedRows.pack(w, scales, bits, group, wgt, (long) row * rowBytes);
            shape.add(sums, row, w, c -> groups == 0 ? 1 : scales[c / groupSize]);
        }
        return shape.tile(bits, false, wgt, sums, arena);
    }

    private static int[] scales(Random random, int count, boolean extreme) {
        int[] out = new int[count];
        Arrays.setAll(out, i -> extreme ? 255 : random.nextInt(256));
        return out;
    }

    private static Tile transposed(Shape shape, Random random, Arena arena) {
        int n = shape.n;
        int k = shape.k;
        int stride = PackedRows.align16(n);
        byte[] w = new byte[k * stride];
        values(random, w, 0, 127);
        long[] sums = new long[shape.m * n];
        for (int row = 0; row < n; row++) {
            byte[] column = new byte[k];
            for (int i = 0; i < k; i++) {
                column[i] = w[i * stride + row];
            }
            shape.add(sums, row, column, c -> 1);
        }
        return shape.tile(WeightBits.W8, true, arena.allocateFrom(ValueLayout.JAVA_BYTE, w), sums,
                arena);
    }

    /** Strips with equally many blocks of each class, in an order of their own. */
    private static Tile strips(Shape shape, Random random, Arena arena) {
        int n = shape.n;
        int k = shape.k;
        int group = shape.group;
        List<BlockClass> blocks = new ArrayList<>();
        SparsePattern[] patterns = SparsePattern.values();
        SparsePattern alone = patterns[random.nextInt(patterns.length)];
        boolean mixed = random.nextBoolean();
        for (int b = 0; b < StripRows.blocks(k); b++) {
            // a block at the end may be too narrow for a pattern: there all are kept
            blocks.add(new BlockClass(mixed ? patterns[random.nextInt(patterns.length)] : alone,
                    WeightBits.values()[random.nextInt(WeightBits.values().length)]));
        }
        int stripBytes = StripRows.stripBytes(blocks, group);
        int strips = StripRows.strips(n);
        MemorySegment wgt = arena.allocate((long) strips * stripBytes);
        int groups = PackedRows.groups(group, k);
        int groupSize = PackedRows.groupSize(group);
        boolean extreme = random.nextInt(4) == 0;
        long[] sums = new long[shape.m * n];
        for (int s = 0; s < strips; s++) {
            var order = new ArrayList<>(blocks);
            Collections.shuffle(order, random);
            byte[] w = weights(order, k, extreme, random);
            int[] scales = scales(random, StripRows.ROWS * groups, extreme);
            StripRows.pack(k, order.toArray(BlockClass[]::new), w, group, scales, wgt,
                    (long) s * stripBytes);
            for (int row = 0; row < StripRows.ROWS && 16 * s + row < n; row++) {
                int at = row;
                shape.add(sums, 16 * s + row, Arrays.copyOfRange(w, row * k, (row + 1) * k),
                        c -> groups == 0 ? 1 : scales[at * groups + c / groupSize]);
            }
        }
        return new Tile(new MatrixOperation(shape.kind, shape.m, n, k, 0, shape.actStride, 0,
                WeightBits.W8, groupSize, false, stripBytes, StripRows.steps(blocks)),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, shape.x), wgt, sums);
    }

    private static byte[] weights(List<BlockClass> order, int k, boolean extreme, Random random) {
        byte[] w = new byte[StripRows.ROWS * k];
        for (int row = 0; row < StripRows.ROWS; row++) {
            for (int b = 0; b < order.size(); b++) {
                int columns = Math.min(StripRows.BLOCK, k - b * StripRows.BLOCK);
                int max = order.get(b).bits().max();
                int[] kept = random.ints(0, columns).distinct()
                        .limit(Math.min(columns, order.get(b).pattern().kept())).toArray();
                for (int c : kept) {
                    w[row * k + b * StripRows.BLOCK + c] = (byte) (extreme ? max
                            : random.nextInt(2 * max + 1) - max);
                }
            }
        }
        return w;
    }

    /** The scale of the weight of a column. */
    private interface Scale {
        int of(int column);
    }
}
