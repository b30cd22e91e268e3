package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid.Items;
import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.StepLengths;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.hls.number.StripRows;
import dev.skein.runtime.backend.gpu.GroupSizes;
import dev.skein.runtime.backend.gpu.Rig;
import dev.skein.runtime.backend.gpu.WorkRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrix kernels over odd sizes, against the scalar reference of the contract. */
class ProductKernelsTest extends KernelsTest {
    private static final long SEED = 20261126;
    private static final int[] SIZES = {1, 17, 172, 4097};

    private static final StepLengths ANY = StepLengths.of(0, 1);

    /** FN_... and WITH_... of products.cl, from 1 on. */
    private static final List<EwiseFunction> FUNCTIONS = List.of(EwiseFunction.RELU,
            EwiseFunction.SILU, EwiseFunction.GELU_TANH, EwiseFunction.GELU_ERF);
    private static final List<EwiseFunction> JOINS =
            List.of(EwiseFunction.ADD, EwiseFunction.MUL);

    @ParameterizedTest
    @ValueSource(strings = {"w2", "w2g16", "w3g0", "w3g1024", "w4", "w4g32", "w5", "w5g64", "w8",
        "w8g16", "w4@8:16", "w8g16@2:16", "w3g32@4:16", "w5g128@12:16", "mixed3.5g32@8:16",
        "w2g16@0.4", "mixed4.1g16@0.62", "mixed3.5", "w2@8:16", "w3@8:16", "w5g32@8:16",
        "w8@8:16", "w8@12:16", "w5@2:16"})
    void oddSizes(String format) {
        var random = new Random(SEED);
        for (int k : SIZES) {
            for (int n : new int[] {1, 17}) {
                float[] values = Rig.floats(n * k, _ -> (float) random.nextGaussian());
                compare(Compressor.compress(values, n, k, WeightFormat.parse(format)), random);
            }
        }
    }

    private static void compare(QuantisedMatrix w, Random random) {
        int k = w.cols();
        for (int tokens : new int[] {1, 3, 17}) {
            byte[] x = activations(random, tokens, k);
            float[] scales = floats(random, tokens);
            float[] bias = floats(random, w.rows());
            for (boolean biased : new boolean[] {false, true}) {
                float[] expected = expected(w, x, scales, biased ? bias : null);
                for (GroupSizes sizes : rig.sizes()) {
                    for (int tile : tokens == 1 ? new int[] {1, 8} : new int[] {8}) {
                        assertArrayEquals(expected,
                                found(w, x, scales, biased ? bias : null, tile, sizes),
                                w.format() + " [" + w.rows() + ", " + k + "], " + tokens
                                        + " tokens, biased " + biased + ", tile " + tile
                                        + ", " + sizes);
                    }
                }
            }
        }
    }

    /** Int8 rows, zero behind their ends. */
    private static byte[] activations(Random random, int tokens, int k) {
        int stride = PackedRows.align16(k);
        byte[] x = new byte[tokens * stride];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % stride < k ? (byte) (random.nextInt(255) - 127) : 0;
        }
        return x;
    }

    private static float[] floats(Random random, int n) {
        return Rig.floats(n, _ -> random.nextFloat());
    }

    private static float[] expected(QuantisedMatrix w, byte[] x, float[] scales, float[] bias) {
        int n = w.rows();
        int k = w.cols();
        int stride = PackedRows.align16(k);
        float[] out = new float[scales.length * n];
        for (int row = 0; row < n; row++) {
            byte[] weights = Arrays.copyOfRange(w.values(), row * k, (row + 1) * k);
            int[] groups = new int[Math.max(1, w.format().groups(k))];
            for (int g = 0; g < groups.length; g++) {
                groups[g] = w.groupScale(row, g);
            }
            for (int t = 0; t < scales.length; t++) {
                long sum = Sfu.dot(Arrays.copyOfRange(x, t * stride, t * stride + k), weights,
                        groups, w.format().groupSize());
                float y = Sfu.output(sum, w.channelScales()[row], scales[t]);
                out[t * n + row] = bias == null ? y : y + bias[row];
            }
        }
        return out;
    }

    private static float[] found(QuantisedMatrix w, byte[] x, float[] scales, float[] bias,
            int tile, GroupSizes sizes) {
        float[] y = new float[scales.length * w.rows()];
        launch("", List.of(w), new Call(x, scales, tile, sizes), matrix(w, bias),
                List.of(0, 0, new float[1]), List.of(y, w.rows()));
        return y;
    }

    /** What all kinds of launches have in common. */
    private record Call(byte[] x, float[] scales, int tile, GroupSizes sizes) {}

    private static List<Object> matrix(QuantisedMatrix w, float[] bias) {
        var layout = new PackedMatrix(w.format(), w.rows(), w.cols());
        return List.of(layout.pack(w), layout.scaleOffset(), bias == null ? new float[1] : bias,
                bias == null ? 0 : 1);
    }

    /**
     * Runs a kernel.
     *
     * @param kind end of its name
     * @param own the matrices whose rows are its groups, of one format
     * @param matrices their arguments
     * @param before arguments before the results
     * @param results arguments of the results
     */
    private static void launch(String kind, List<QuantisedMatrix> own, Call call,
            List<Object> matrices, List<Object> before, List<Object> results) {
        WeightFormat format = own.getFirst().format();
        int k = own.getFirst().cols();
        String suffix = (call.tile == 1 ? "_token" : "_tokens") + kind;
        int tiles = Math.ceilDiv(call.scales.length, call.tile);
        var arguments = new ArrayList<Object>(matrices);
        arguments.add(format.groupCode());
        if (!format.isUniform()) {
            int groupAt = WeightFormat.blocks(k);
            for (Map.Entry<BlockClass, Integer> e
                    : format.blocks().counts(WeightFormat.blocks(k)).entrySet()) {
                groupAt += e.getKey().bytes() * e.getValue();
            }
            arguments.addAll(List.of(format.stripBytes(k), groupAt));
        }
        arguments.addAll(List.of(call.x, call.scales));
        arguments.addAll(before);
        arguments.addAll(results);
        arguments.addAll(List.of(k, call.scales.length));
        int groups = own.stream().mapToInt(QuantisedMatrix::rows)
                .map(n -> format.isUniform() ? n : StripRows.strips(n)).sum();
        WorkRange range = call.sizes.range(new Grid(items(format, call.tile), Count.of(groups),
                Count.of(tiles)), ANY);
        if (format.isUniform()) {
            arguments.add(new Rig.Local(2 * Long.BYTES * call.tile * range.groupItems()));
        }
        rig.run((format.isUniform() ? "dense_w" + format.bits().bits() : "strips") + suffix,
                new NdRange(2, range.items(), range.y(), range.groupItems(), 1),
                arguments.toArray());
    }

    private static Items items(WeightFormat format, int tile) {
        if (tile == 1) {
            return format.isUniform() ? Items.TOKEN_ROW : Items.TOKEN_STRIP;
        }
        return format.isUniform() ? Items.TOKENS_OF_ROWS : Items.TOKENS_OF_STRIPS;
    }

    /** Every function and operation that may follow, and matrices that share a launch. */
    @ParameterizedTest
    @ValueSource(strings = {"w2g16", "w3", "w4", "w5g0", "w8", "mixed3.5g32@8:16"})
    void fusedLaunches(String name) {
        var random = new Random(SEED);
        WeightFormat format = WeightFormat.parse(name);
        for (int k : new int[] {17, 172}) {
            List<QuantisedMatrix> w = Stream.of(33, 1, 18, 18).map(n -> Compressor.compress(
                    Rig.floats(n * k, _ -> (float) random.nextGaussian()), n, k, format)).toList();
            for (int tokens : new int[] {1, 11}) {
                for (GroupSizes sizes : rig.sizes()) {
                    byte[] x = activations(random, tokens, k);
                    var call = new Call(x, floats(random, tokens), tokens == 1 ? 1 : 8, sizes);
                    String what = name + ", k " + k + ", " + tokens + " tokens, "
                            + sizes + ", seed " + SEED;
                    followed(w.getFirst(), call, random, what);
                    several(w.subList(0, 3), call, random, what);
                    several(w.subList(0, 2), call, random, what);
                    gated(w.get(2), w.get(3), call, random, what);
                }
            }
        }
    }

    private static void followed(QuantisedMatrix w, Call call, Random random, String what) {
        float[] bias = floats(random, w.rows());
        float[] plain = expected(w, call.x, call.scales, bias);
        float[] other = Rig.floats(plain.length, _ -> (float) random.nextGaussian());
        for (int fn = 0; fn <= FUNCTIONS.size(); fn++) {
            for (int with = 0; with <= JOINS.size(); with++) {
                float[] y = new float[plain.length];
                launch("", List.of(w), call, matrix(w, bias), List.of(fn, with, other),
                        List.of(y, w.rows()));
                float[] expected = plain.clone();
                for (int i = 0; i < y.length; i++) {
                    if (fn > 0) {
                        expected[i] = Sfu.ewise(FUNCTIONS.get(fn - 1), expected[i], 0);
                    }
                    if (with > 0) {
                        expected[i] = Sfu.ewise(JOINS.get(with - 1), other[i], expected[i]);
                    }
                }
                assertArrayEquals(expected, y, what + ", function " + fn + ", join " + with);
            }
        }
    }

    private static void several(List<QuantisedMatrix> w, Call call, Random random, String what) {
        var matrices = new ArrayList<Object>();
        var results = new ArrayList<Object>();
        List<float[]> biases = w.stream().map(m -> floats(random, m.rows())).toList();
        List<float[]> found = w.stream()
                .map(m -> new float[call.scales.length * m.rows()]).toList();
        for (int i = 0; i < 3; i++) {
            int at = Math.min(i, w.size() - 1);
            matrices.addAll(matrix(w.get(at), i == 1 ? null : biases.get(at)));
            results.addAll(i < w.size() ? List.of(found.get(i), w.get(i).rows())
                    : List.of(new float[1], 0));
        }
        launch("_qkv", w, call, matrices, List.of(), results);
        for (int i = 0; i < w.size(); i++) {
            assertArrayEquals(expected(w.get(i), call.x, call.scales,
                    i == 1 ? null : biases.get(i)), found.get(i), what + ", matrix " + i);
        }
    }

    private static void gated(QuantisedMatrix gate, QuantisedMatrix up, Call call, Random random,
            String what) {
        float[] bias = floats(random, gate.rows());
        float[] gates = expected(gate, call.x, call.scales, null);
        float[] ups = expected(up, call.x, call.scales, bias);
        var matrices = new ArrayList<>(matrix(gate, null));
        matrices.addAll(matrix(up, bias));
        for (int fn = 1; fn <= FUNCTIONS.size(); fn++) {
            EwiseFunction function = FUNCTIONS.get(fn - 1);
            float[] y = new float[gates.length];
            launch("_gated", List.of(gate), call, matrices, List.of(fn), List.of(y, gate.rows()));
            assertArrayEquals(Rig.floats(y.length,
                    i -> Sfu.ewise(function, gates[i], 0) * ups[i]), y, what + ", " + function);
        }
    }

    /**
     * All weights, activations and group scales at their largest, for more than 2^31: rows as they
     * are packed, and strips that keep some of them or have all widths.
     */
    @ParameterizedTest
    @ValueSource(strings = {"w2g16", "w3g16", "w4g16", "w5g16", "w8g16", "w8g16@2:16",
        "w8g16@4:16", "w8g16@8:16", "w5g16@12:16", "mixed4.5g16", "mixed4.1g16@0.62"})
    void theLargestSumsAreExact(String name) {
        int k = 16 * 1100 + 1;
        float[] ones = new float[k];
        Arrays.fill(ones, -1f);
        QuantisedMatrix ofOnes = Compressor.compress(ones, 1, k, WeightFormat.parse(name));
        byte[] values = ofOnes.values().clone();
        for (int i = 0; i < k; i++) {
            values[i] = values[i] == 0 ? 0 : (byte) -ofOnes.blockClass(0, i).bits().max();
        }
        byte[] groups = new byte[ofOnes.format().groups(k)];
        Arrays.fill(groups, (byte) 255);
        var w = new QuantisedMatrix(ofOnes.format(), 1, k, values, groups, new float[] {1f},
                ofOnes.classes());
        byte[] x = new byte[PackedRows.align16(k)];
        Arrays.fill(x, 0, k, (byte) 127);
        float[] expected = expected(w, x, new float[] {1f}, null);
        assertTrue(!name.startsWith("w8") || expected[0] < -(float) (1L << 33),
                "sum " + expected[0]);
        for (GroupSizes sizes : rig.sizes()) {
            assertArrayEquals(expected, found(w, x, new float[] {1f}, null, 1, sizes),
                    name + ", " + sizes);
        }
    }
}
