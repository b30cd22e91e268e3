package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.runtime.backend.gpu.Rig;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of rows and elements over odd sizes, against the scalar reference of the contract. */
class RowKernelsTest extends KernelsTest {
    private static final long SEED = 20261127;
    private static final int ROWS = 40;
    private static final int GROUP = 64;
    private static final int PAGE = 64;

    /** Items of a group that shares a row: as on a processor, and as on GPUs. */
    private static final int[] GROUPS = {1, 16, 32};

    private static final Map<EwiseFunction, String> FUNCTIONS = Map.of(
            EwiseFunction.ADD, "add", EwiseFunction.MUL, "mul", EwiseFunction.RELU, "relu",
            EwiseFunction.SILU, "silu_only", EwiseFunction.SILU_MUL, "silu_mul",
            EwiseFunction.GELU_TANH, "gelu_tanh", EwiseFunction.GELU_ERF, "gelu_erf");

    /** Of all magnitudes, with zeros, values beyond the range of exp, and tiny ones. */
    private static float[] values(Random random, int n) {
        return Rig.floats(n, _ -> switch (random.nextInt(20)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> (float) (1e-38 * random.nextGaussian());
            case 3 -> (float) (100 * random.nextGaussian());
            default -> (float) random.nextGaussian();
        });
    }

    private static float[] row(float[] all, int row, int n) {
        return Arrays.copyOfRange(all, row * n, (row + 1) * n);
    }

    private static NdRange elements(int count) {
        return NdRange.of((long) Math.ceilDiv(count, GROUP) * GROUP, GROUP);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 172, 4097})
    void norms(int n) {
        var random = new Random(SEED + n);
        float[] x = values(random, ROWS * n);
        float[] weight = values(random, n);
        float[] bias = values(random, n);
        for (int items : GROUPS) {
            float[] rms = new float[x.length];
            float[] layer = new float[x.length];
            var shared = new Rig.Local(Float.BYTES * items);
            NdRange range = NdRange.of((long) ROWS * items, items);
            rig.run("rms_norm", range, x, weight, rms, n, 1e-5f, shared);
            rig.run("layer_norm", range, x, weight, bias, layer, n, 1e-6f, shared);
            int stride = PackedRows.align16(n);
            byte[] rmsInt8 = new byte[ROWS * stride];
            byte[] layerInt8 = new byte[ROWS * stride];
            float[] rmsScales = new float[ROWS];
            float[] layerScales = new float[ROWS];
            rig.run("rms_norm_quantise", range, x, weight, rmsInt8, rmsScales, n, 1e-5f, shared);
            rig.run("layer_norm_quantise", range, x, weight, bias, layerInt8, layerScales, n,
                    1e-6f, shared);
            for (int r = 0; r < ROWS; r++) {
                String what = "row " + r + ", groups of " + items + ", seed " + SEED;
                float[] y = Sfu.rmsNorm(row(x, r, n), weight, 1e-5f);
                assertArrayEquals(y, row(rms, r, n), what);
                assertRow(Sfu.quantise(y), rmsInt8, rmsScales, r);
                y = Sfu.layerNorm(row(x, r, n), weight, bias, 1e-6f);
                assertArrayEquals(y, row(layer, r, n), what);
                assertRow(Sfu.quantise(y), layerInt8, layerScales, r);
            }
        }
    }

    private static void assertRow(Sfu.QuantisedRow expected, byte[] q, float[] scales, int row) {
        int stride = expected.values().length;
        assertEquals(expected.scale(), scales[row]);
        assertArrayEquals(expected.values(),
                Arrays.copyOfRange(q, row * stride, (row + 1) * stride), "row " + row);
    }

    /** Rows of zeros and of what is too small, and ties. */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 172, 4097})
    void quantisation(int n) {
        var random = new Random(SEED + n);
        int rows = 8;
        float[] x = values(random, rows * n);
        Arrays.fill(x, 0, n, 0f);
        Arrays.fill(x, n, 2 * n, 0x1p-101f);
        for (int i = 0; i < n; i++) {
            x[2 * n + i] = i == 0 ? 127f : random.nextInt(127) + 0.5f;
        }
        for (int items : GROUPS) {
            byte[] q = new byte[rows * PackedRows.align16(n)];
            float[] scales = new float[rows];
            rig.run("quantise", NdRange.of((long) rows * items, items), x, q, scales, n,
                    new Rig.Local(Float.BYTES * items));
            for (int r = 0; r < rows; r++) {
                assertRow(Sfu.quantise(row(x, r, n)), q, scales, r);
            }
        }
    }

    /** Heads with and without rotary embedding, each kind to its place. */
    @ParameterizedTest
    @ValueSource(ints = {2, 18, 32, 64, 80, 172, 256})
    void inputsOfAttention(int headDim) {
        for (int rotaryDim : new int[] {headDim, headDim / 4 * 2, 0}) {
            for (RopeStyle style : RopeStyle.values()) {
                for (int items : GROUPS) {
                    inputsOfAttention(headDim, rotaryDim, style, items);
                }
            }
        }
    }

    private static void inputsOfAttention(int headDim, int rotaryDim, RopeStyle style,
            int items) {
        var random = new Random(SEED + headDim);
        int heads = 6;
        int kvHeads = 2;
        int maxTokens = 5;
        int[] positions = {3, 130, 65};
        int[] sequences = {1, 0, 0};
        int[] pages = {4, 2, 5, 1, 0, 3};
        int stride = PackedRows.align16(headDim);
        float[] q = values(random, positions.length * heads * headDim);
        float[] k = values(random, positions.length * kvHeads * headDim);
        float[] v = values(random, k.length);
        float[] table = values(random, Math.max(1, 131 * rotaryDim));
        byte[][] rows = {new byte[heads * maxTokens * stride],
            new byte[pages.length * kvHeads * PAGE * stride],
            new byte[pages.length * kvHeads * PAGE * stride]};
        float[][] scales = {new float[heads * maxTokens], new float[pages.length * kvHeads * PAGE],
            new float[pages.length * kvHeads * PAGE]};
        long groups = (long) positions.length * (heads + 2 * kvHeads);
        rig.run("attention_inputs", NdRange.of(groups * items, items), q, k, v, table, rows[0],
                scales[0], rows[1], scales[1], rows[2], scales[2], positions, sequences, pages,
                3, headDim, heads, kvHeads, maxTokens, rotaryDim,
                style == RopeStyle.INTERLEAVED ? 1 : 0, new Rig.Local(Float.BYTES * items));
        for (int t = 0; t < positions.length; t++) {
            float[] angles = row(table, positions[t], rotaryDim);
            for (int h = 0; h < heads; h++) {
                assertRow(turned(row(q, t * heads + h, headDim), angles, style), rows[0],
                        scales[0], h * maxTokens + t);
            }
            for (int h = 0; h < kvHeads; h++) {
                int page = pages[3 * sequences[t] + positions[t] / PAGE];
                int at = (page * kvHeads + h) * PAGE + positions[t] % PAGE;
                assertRow(turned(row(k, t * kvHeads + h, headDim), angles, style), rows[1],
                        scales[1], at);
                assertRow(Sfu.quantise(row(v, t * kvHeads + h, headDim)), rows[2], scales[2], at);
            }
        }
    }

    private static Sfu.QuantisedRow turned(float[] head, float[] angles, RopeStyle style) {
        return Sfu.quantise(angles.length == 0 ? head : Sfu.rope(head, angles, style));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 172, 4097})
    void elementwise(int n) {
        var random = new Random(SEED + n);
        float[] a = values(random, n);
        float[] b = values(random, n);
        FUNCTIONS.forEach((fn, kernel) -> {
            float[] expected = Rig.floats(n, i -> Sfu.ewise(fn, a[i], b[i]));
            float[] y = new float[n];
            if (fn.binary()) {
                rig.run(kernel, elements(n), a, b, y, n);
            } else {
                rig.run(kernel, elements(n), a, y, n);
            }
            assertArrayEquals(expected, y, fn + " of " + n);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 18, 172, 4098})
    void rotaryEmbedding(int headDim) {
        var random = new Random(SEED + headDim);
        int heads = 3;
        int tokens = 2;
        int[] positions = {4, 1};
        for (int rotaryDim : new int[] {headDim, headDim / 4 * 2}) {
            if (rotaryDim == 0) {
                continue;
            }
            float[] x = values(random, tokens * heads * headDim);
            float[] table = values(random, 5 * rotaryDim);
            for (RopeStyle style : RopeStyle.values()) {
                float[] y = new float[x.length];
                rig.run("rope", elements(x.length), x, table, y, positions, heads * headDim,
                        headDim, rotaryDim, style == RopeStyle.INTERLEAVED ? 1 : 0, x.length);
                for (int h = 0; h < tokens * heads; h++) {
                    assertArrayEquals(Sfu.rope(row(x, h, headDim),
                            row(table, positions[h / heads], rotaryDim), style),
                            row(y, h, headDim), style + ", head " + h + " of " + headDim);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 172, 4097})
    void embeddings(int width) {
        var random = new Random(SEED + width);
        int vocab = 11;
        int[] positions = {7, 2, 3, 0};
        int[] outputs = {3, 1};
        int[] ids = {3, 10, 0, 3};
        float[] table = values(random, vocab * width);
        int count = ids.length * width;
        float[] tokens = new float[count];
        rig.run("embed", elements(count), table, ids, tokens, width, count);
        float[] placed = new float[count];
        rig.run("position_embed", elements(count), tokens, table, placed, positions, width,
                count);
        float[] last = new float[2 * width];
        rig.run("output_rows", elements(2 * width), placed, outputs, last, width, 2 * width);
        for (int t = 0; t < ids.length; t++) {
            float[] expected = row(table, ids[t], width);
            assertArrayEquals(expected, row(tokens, t, width));
            for (int i = 0; i < width; i++) {
                expected[i] += table[positions[t] * width + i];
            }
            assertArrayEquals(expected, row(placed, t, width));
        }
        for (int i = 0; i < outputs.length; i++) {
            assertArrayEquals(row(placed, outputs[i], width), row(last, i, width));
        }
    }
}
