package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.isa.Span;
import dev.skein.hls.number.PackedRows;
import dev.skein.runtime.backend.gpu.Rig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Flash attention of the fast mode, in one part and in several, against binary64 on the same
 * binary16 or int8 cache, within the bound of docs/numbers.md; two sequences in pages that are in
 * no order.
 */
class FastAttentionTest extends FastKernelsTest {
    private static final long SEED = 20261201;
    private static final int KV_HEADS = 2;
    private static final int GROUP = 2;
    private static final int HEADS = KV_HEADS * GROUP;
    private static final int PART = 256;
    private static final float FACTOR = 0.2f;
    private static final double UNIT = 0x1p-24;

    /**
     * Keys or values as a device has them.
     *
     * @param elements short[] of binary16 or byte[]
     * @param scales of rows; of binary16 none is read
     */
    private record Cache(Object elements, float[] scales) {

        static Cache random(Random random, int rows, int headDim, boolean int8) {
            int width = PackedRows.align16(headDim);
            byte[] bytes = new byte[rows * width];
            short[] halves = new short[rows * width];
            for (int i = 0; i < halves.length; i++) {
                boolean there = i % width < headDim;
                bytes[i] = (byte) (there ? random.nextInt(255) - 127 : 0);
                halves[i] = there ? Float.floatToFloat16((float) random.nextGaussian()) : 0;
            }
            return new Cache(int8 ? bytes : halves, Rig.floats(int8 ? rows : 1,
                    _ -> int8 ? (float) Math.exp(random.nextGaussian() - 4) : Float.NaN));
        }

        boolean int8() {
            return elements instanceof byte[];
        }

        double at(int row, int index) {
            return elements instanceof byte[] b ? (double) b[index] * scales[row]
                    : Float.float16ToFloat(((short[]) elements)[index]);
        }
    }

    /**
     * A cache and a step of two rows: the last position of a long sequence, and one in the middle
     * of another.
     */
    private record Case(int headDim, int context, Span span, float[] q, Cache keys,
            Cache values, int[] positions, int[] pages) {

        static Case random(int headDim, int context, Span span, float spread, boolean int8) {
            var random = new Random(SEED + headDim + context);
            int perSequence = Math.ceilDiv(context, Span.BLOCK);
            List<Integer> shuffled = new ArrayList<>(
                    IntStream.range(0, 2 * perSequence).boxed().toList());
            Collections.shuffle(shuffled, random);
            int rows = 2 * perSequence * KV_HEADS * Span.BLOCK;
            return new Case(headDim, context, span, Rig.floats(2 * HEADS * headDim,
                    _ -> spread * (float) random.nextGaussian()),
                    Cache.random(random, rows, headDim, int8),
                    Cache.random(random, rows, headDim, int8),
                    new int[] {context - 1, context / 2},
                    shuffled.stream().mapToInt(i -> i).toArray());
        }

        private int perSequence() {
            return Math.ceilDiv(context, Span.BLOCK);
        }

        /** The row of a position in the cache. */
        int row(int token, int position, int kvHead) {
            int page = pages[token * perSequence() + position / Span.BLOCK];
            return (page * KV_HEADS + kvHead) * Span.BLOCK + position % Span.BLOCK;
        }

        float[] run(Rig on, int items) {
            int width = PackedRows.align16(headDim);
            int parts = Math.ceilDiv(context, PART);
            float[] y = new float[2 * HEADS * headDim];
            float[] partial = new float[2 * HEADS * parts * (width + 2)];
            Arrays.fill(partial, Float.NaN);
            int[] spans = {span.global(), span.window(), span.growth(), span.global(),
                span.window(), span.growth()};
            on.run("fast_attention", new NdRange(2, (long) parts * items, 2 * HEADS, items, 1), q,
                    keys.elements, keys.scales, values.elements, values.scales, spans, y, partial,
                    positions, new int[] {0, 1}, pages, perSequence(), headDim, GROUP, KV_HEADS,
                    FACTOR, 2, keys.int8() ? 1 : 2,
                    new Rig.Local(Float.BYTES * (width + 2) * items));
            on.run("fast_attention_join", NdRange.of(2 * HEADS, 1), partial, y, parts, headDim);
            return y;
        }

        /** The largest error as a share of what is allowed. */
        double error(float[] found) {
            double worst = 0;
            for (int token = 0; token < 2; token++) {
                for (int head = 0; head < HEADS; head++) {
                    worst = Math.max(worst, error(found, token, head));
                }
            }
            return worst;
        }

        private double error(float[] found, int token, int head) {
            int width = PackedRows.align16(headDim);
            int own = positions[token];
            int hidden = span.hiddenTo(own);
            int from = (token * HEADS + head) * headDim;
            double[] sum = new double[headDim];
            double[] scores = new double[own + 1];
            double top = Double.NEGATIVE_INFINITY;
            double magnitude = 0;
            for (int j = 0; j <= own; j++) {
                boolean seen = j < span.gapFrom() || j >= hidden;
                double all = 0;
                scores[j] = 0;
                for (int i = 0; i < headDim; i++) {
                    int row = row(token, j, head / GROUP);
                    double product = (double) q[from + i] * FACTOR * keys.at(row, row * width + i);
                    scores[j] += product;
                    all += Math.abs(product);
                }
                scores[j] = seen ? scores[j] : Double.NEGATIVE_INFINITY;
                top = Math.max(top, scores[j]);
                magnitude = seen ? Math.max(magnitude, all) : magnitude;
            }
            double weights = 0;
            double largest = 0;
            for (int j = 0; j <= own; j++) {
                double weight = Math.exp(scores[j] - top);
                weights += weight;
                for (int i = 0; i < headDim && weight > 0; i++) {
                    int row = row(token, j, head / GROUP);
                    double v = values.at(row, row * width + i);
                    sum[i] += weight * v;
                    largest = Math.max(largest, Math.abs(v));
                }
            }
            // scores, exponentials and the two sums: docs/numbers.md
            double allowed = 2 * largest * UNIT * ((headDim / 16 + 8) * magnitude
                    + Math.min(own + 1, PART) + own / PART + 48);
            double worst = 0;
            for (int i = 0; i < headDim; i++) {
                double error = Math.abs(found[from + i] - sum[i] / weights);
                worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY
                        : Math.max(worst, error / allowed);
            }
            return worst;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "17, 17", "172, 33", "4097, 17", "64, 128", "65, 1", "257, 64",
        "1025, 80"})
    void contextsAndHeads(int context, int headDim) {
        for (Span span : List.of(Span.DENSE, new Span(0, 2, 0), new Span(2, 1, 77))) {
            for (float spread : new float[] {1, 40}) {
                within(Case.random(headDim, context, span, spread, false), "spread " + spread);
                within(Case.random(headDim, context, span, spread, true), "int8, spread " + spread);
            }
        }
    }

    private static void within(Case call, String what) {
        for (int items : new int[] {1, 32}) {
            double worst = call.error(call.run(rig, items));
            assertTrue(worst <= 1, "context " + call.context + ", head of " + call.headDim
                    + ", groups of " + items + ", " + call.span + ", " + what + ", seed " + SEED
                    + ": " + worst + " of the bound");
        }
    }

    @Test
    void plantedErrorsAreBeyondTheBound() {
        var openCl = OnDevice.openCl();
        Case call = Case.random(32, 600, new Span(2, 1, 77), 1, false);
        assertTrue(call.error(call.run(rig, 1)) <= 1);
        Case int8 = Case.random(32, 600, new Span(2, 1, 77), 1, true);
        for (Planted planted : List.of(
                new Planted("the next key's scale", "keyScales[row + j]", "keyScales[row + j + 1]"),
                new Planted("no scales of values", "scores[j] *= valueScales[page + j]",
                        "scores[j] *= valueScales[page]"))) {
            try (var wrong = new OpenClRig(openCl, Precision.FAST, planted.source())) {
                assertTrue(int8.error(int8.run(wrong, 1)) > 10, planted.name());
            }
        }
        for (Planted planted : List.of(
                new Planted("a position too few", "const int n = positions[token] + 1;\n"
                        + "  const int2 hidden = gap(spans, head / group, n - 1);\n"
                        + "  const int width = align16(headDim);\n  const int share",
                        "const int n = positions[token];\n"
                        + "  const int2 hidden = gap(spans, head / group, n - 1);\n"
                        + "  const int width = align16(headDim);\n  const int share"),
                new Planted("the next key",
                        "keys, (row + j) * width", "keys, (row + (j ^ 1)) * width"),
                new Planted("no rescaling", "v = vload16(0, sum + i) * keep",
                        "v = vload16(0, sum + i)"),
                new Planted("a part left out", "for (int p = 0; p < count; p++) {\n"
                        + "      global const float *other",
                        "for (int p = 1; p < count; p++) {\n      global const float *other"))) {
            try (var wrong = new OpenClRig(openCl, Precision.FAST, planted.source())) {
                assertTrue(call.error(call.run(wrong, 1)) > 10, planted.name());
            }
        }
    }

    /** What keys and values become: the nearest binary16, the largest where there is none. */
    @Test
    void appendsInBinary16() {
        int headDim = 17;
        float[] k = Rig.floats(KV_HEADS * headDim, i -> i == 3 ? 1e9f : i == 4 ? -1e9f
                : (float) Math.sin(i));
        float[] v = Rig.floats(k.length, i -> (float) Math.cos(i));
        short[] keys = new short[2 * KV_HEADS * Span.BLOCK * 32];
        short[] values = keys.clone();
        float[] q = Rig.floats(HEADS * headDim, i -> i);
        float[] queries = new float[q.length];
        rig.run("fast_attention_inputs", NdRange.of(HEADS + 2 * KV_HEADS, 1), q, k, v,
                new float[1], queries, keys, new float[1], values, new float[1],
                new int[] {70}, new int[] {0}, new int[] {0, 1}, 2, headDim, HEADS, KV_HEADS, 0, 0,
                2);
        assertArrayEquals(q, queries);
        for (int h = 0; h < KV_HEADS; h++) {
            for (int i = 0; i < headDim; i++) {
                int at = ((KV_HEADS + h) * Span.BLOCK + 6) * 32 + i;
                float key = Math.clamp(k[h * headDim + i], -65504f, 65504f);
                assertTrue(keys[at] == Float.floatToFloat16(key)
                        && values[at] == Float.floatToFloat16(v[h * headDim + i]),
                        "head " + h + ", element " + i);
            }
        }
    }

    /** Int8 keys and values are those of the exact mode, scales and all. */
    @ParameterizedTest
    @CsvSource({"17, 1", "64, 32", "1, 32", "80, 1"})
    void appendsInInt8(int headDim, int items) {
        var random = new Random(SEED);
        int width = PackedRows.align16(headDim);
        float[] q = Rig.floats(HEADS * headDim, _ -> (float) random.nextGaussian());
        float[] k = Rig.floats(KV_HEADS * headDim, i -> i / headDim == 1 ? 0
                : (float) random.nextGaussian());
        float[] v = Rig.floats(k.length, _ -> (float) random.nextGaussian());
        float[] angles = Rig.floats(71 * (headDim & ~1) + 1, _ -> (float) random.nextGaussian());
        int rows = 2 * KV_HEADS * Span.BLOCK;
        List<Object> found = new ArrayList<>();
        for (String kernel : List.of("attention_inputs", "fast_attention_inputs")) {
            boolean exact = kernel.equals("attention_inputs");
            byte[] keys = new byte[rows * width];
            byte[] values = keys.clone();
            float[] keyScales = new float[rows];
            float[] valueScales = keyScales.clone();
            List<Object> arguments = new ArrayList<>(List.of(q, k, v, angles));
            arguments.addAll(exact ? List.of(new byte[HEADS * width], new float[HEADS])
                    : List.of(new float[q.length]));
            arguments.addAll(List.of(keys, keyScales, values, valueScales, new int[] {70},
                    new int[] {0}, new int[] {0, 1}, 2, headDim, HEADS, KV_HEADS));
            arguments.addAll(exact ? List.of(1, headDim & ~1, 1,
                    new Rig.Local(Float.BYTES * items)) : List.of(headDim & ~1, 1, 1));
            rig.run(kernel, NdRange.of((HEADS + 2L * KV_HEADS) * items, items),
                    arguments.toArray());
            found.add(List.of(Arrays.toString(keys), Arrays.toString(keyScales),
                    Arrays.toString(values), Arrays.toString(valueScales)));
        }
        assertEquals(found.getFirst(), found.getLast(), "seed " + SEED);
    }
}
