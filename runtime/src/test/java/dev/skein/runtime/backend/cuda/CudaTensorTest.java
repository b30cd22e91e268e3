package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.StepLengths;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.hls.number.StripRows;
import dev.skein.runtime.backend.gpu.GpuBuffer;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuKernel;
import dev.skein.runtime.backend.gpu.GroupSizes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices with several tokens on the stand-in's tensor cores: sizes that fill no tile. */
class CudaTensorTest {
    private static final long SEED = 20261126;
    private static final int[] SIZES = {1, 17, 172, 4097};
    private static final int[] TOKENS = {2, 3, 8, 9, 17, 65};

    /** FN_... and WITH_... of products.cl, from 1 on. */
    private static final List<EwiseFunction> FUNCTIONS = List.of(EwiseFunction.RELU,
            EwiseFunction.SILU, EwiseFunction.GELU_TANH, EwiseFunction.GELU_ERF);
    private static final List<EwiseFunction> JOINS =
            List.of(EwiseFunction.ADD, EwiseFunction.MUL);

    /** Int8 rows, zero behind their ends, with a scale each. */
    private record Activations(int k, byte[] x, float[] scales) {
        static Activations random(Random random, int tokens, int k) {
            int stride = PackedRows.align16(k);
            byte[] x = new byte[tokens * stride];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % stride < k ? (byte) (random.nextInt(255) - 127) : 0;
            }
            return new Activations(k, x, floats(random, tokens));
        }

        int tokens() {
            return scales.length;
        }

        /** {@code [tokens, rows]} */
        float[] times(QuantisedMatrix w, float[] bias) {
            int n = w.rows();
            int stride = PackedRows.align16(k);
            float[] out = new float[tokens() * n];
            for (int t = 0; t < tokens(); t++) {
                float[] y = CudaGemvTest.expected(w,
                        Arrays.copyOfRange(x, t * stride, (t + 1) * stride), scales[t]);
                for (int row = 0; row < n; row++) {
                    out[t * n + row] = bias == null ? y[row] : y[row] + bias[row];
                }
            }
            return out;
        }
    }

    @BeforeAll
    static void standIn() throws Exception {
        StandIn.use();
    }

    private static float[] floats(Random random, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    private static QuantisedMatrix matrix(Random random, String format, int n, int k) {
        return Compressor.compress(floats(random, n * k), n, k, WeightFormat.parse(format));
    }

    @ParameterizedTest
    @ValueSource(strings = {"w2g0", "w2g16", "w3g0", "w3g32", "w4g0", "w4g16", "w4g32", "w4g64",
        "w4g128", "w5g0", "w5g16", "w8g0", "w8g16", "w8g32", "w8g1024",
        "w4@8:16", "w8g16@2:16", "w3g32@4:16", "w5g128@12:16", "w4g0@8:16", "mixed3.5g32@8:16",
        "w2g16@0.4", "mixed4.1g16@0.62"})
    void oddSizes(String format) {
        var random = new Random(SEED);
        for (int k : SIZES) {
            for (int n : new int[] {1, 67}) {
                QuantisedMatrix w = matrix(random, format, n, k);
                float[] bias = floats(random, n);
                for (int tokens : TOKENS) {
                    var x = Activations.random(random, tokens, k);
                    float[] own = tokens % 2 == 0 ? null : bias;
                    assertArrayEquals(x.times(w, own), product(w, own, x, 0, 0, new float[1]),
                            "seed " + SEED + ", " + format + " [" + n + ", " + k + "], "
                                    + tokens + " tokens");
                }
            }
        }
    }

    /** Every function and operation that may follow, and matrices that share a launch. */
    @ParameterizedTest
    @ValueSource(strings = {"w2g16", "w3g0", "w4", "w4g64", "w5g32", "w8", "w4@8:16",
        "mixed3.5g32@8:16"})
    void fusedLaunches(String format) {
        var random = new Random(SEED);
        for (int k : new int[] {17, 172}) {
            List<QuantisedMatrix> w = Stream.of(33, 1, 70, 70)
                    .map(n -> matrix(random, format, n, k)).toList();
            for (int tokens : TOKENS) {
                var x = Activations.random(random, tokens, k);
                String what = "seed " + SEED + ", " + format + ", k " + k + ", " + tokens
                        + " tokens";
                followed(w.getFirst(), x, random, what);
                several(w.subList(0, 3), x, random, what);
                several(w.subList(0, 2), x, random, what);
                gated(w.get(2), w.get(3), x, random, what);
            }
        }
    }

    private static void followed(QuantisedMatrix w, Activations x, Random random, String what) {
        float[] bias = floats(random, w.rows());
        float[] plain = x.times(w, bias);
        float[] other = floats(random, plain.length);
        for (int fn = 0; fn <= FUNCTIONS.size(); fn++) {
            int with = fn % (JOINS.size() + 1);
            float[] expected = plain.clone();
            for (int i = 0; i < expected.length; i++) {
                float y = fn == 0 ? plain[i] : Sfu.ewise(FUNCTIONS.get(fn - 1), plain[i], 0);
                expected[i] = with == 0 ? y : Sfu.ewise(JOINS.get(with - 1), other[i], y);
            }
            assertArrayEquals(expected, product(w, bias, x, fn, with, other),
                    what + ", function " + fn + ", join " + with);
        }
    }

    private static void several(List<QuantisedMatrix> w, Activations x, Random random,
            String what) {
        var arguments = new ArrayList<Object>();
        List<float[]> biases = new ArrayList<>();
        var results = new ArrayList<Object>();
        List<float[]> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            boolean there = i < w.size();
            QuantisedMatrix own = w.get(there ? i : w.size() - 1);
            biases.add(i == 1 ? null : floats(random, own.rows()));
            arguments.addAll(matrixArguments(own, biases.getLast()));
            found.add(new float[there ? x.tokens() * own.rows() : 1]);
            results.addAll(List.of(found.getLast(), there ? own.rows() : 0));
        }
        arguments.addAll(formatArguments(w.getFirst()));
        arguments.addAll(List.of(x.x, x.scales));
        arguments.addAll(results);
        run("_qkv", w, x, arguments);
        for (int i = 0; i < w.size(); i++) {
            assertArrayEquals(x.times(w.get(i), biases.get(i)), found.get(i),
                    what + ", matrix " + i);
        }
    }

    private static void gated(QuantisedMatrix gate, QuantisedMatrix up, Activations x,
            Random random, String what) {
        float[] bias = floats(random, gate.rows());
        float[] expected = x.times(gate, null);
        float[] ups = x.times(up, bias);
        for (int i = 0; i < ups.length; i++) {
            expected[i] = Sfu.ewise(EwiseFunction.SILU, expected[i], 0) * ups[i];
        }
        float[] y = new float[ups.length];
        var arguments = new ArrayList<>(matrixArguments(gate, null));
        arguments.addAll(matrixArguments(up, bias));
        arguments.addAll(formatArguments(gate));
        arguments.addAll(List.of(x.x, x.scales, 1 + FUNCTIONS.indexOf(EwiseFunction.SILU), y,
                gate.rows()));
        run("_gated", List.of(gate), x, arguments);
        assertArrayEquals(expected, y, what + ", gated");
    }

    /** All weights, activations and group scales at their largest, for more than 2^31. */
    @ParameterizedTest
    @EnumSource
    void theLargestSumsAreExact(WeightBits bits) {
        for (int group : new int[] {0, 16, 32, 64}) {
            int k = group == 0 ? 140_001 : 16 * 1100 + 1;
            for (int tokens : new int[] {2, 9}) {
                var x = new Activations(k, new byte[tokens * PackedRows.align16(k)],
                        new float[tokens]);
                Arrays.fill(x.scales, 1f);
                for (int i = 0; i < tokens * k; i++) {
                    x.x[i / k * PackedRows.align16(k) + i % k] = 127;
                }
                QuantisedMatrix w = largest(new WeightFormat(bits, group), k);
                float[] expected = x.times(w, null);
                assertTrue(bits != WeightBits.W8 || expected[0] < Integer.MIN_VALUE,
                        "sum " + expected[0]);
                assertArrayEquals(expected, product(w, null, x, 0, 0, new float[1]),
                        bits + ", groups of " + group + ", " + tokens + " tokens");
            }
        }
    }

    private static QuantisedMatrix largest(WeightFormat format, int k) {
        byte[] values = new byte[k];
        Arrays.fill(values, (byte) -format.bits().max());
        byte[] groups = new byte[format.groups(k)];
        Arrays.fill(groups, (byte) 255);
        return new QuantisedMatrix(format, 1, k, values, groups, new float[] {1f});
    }

    /** The byte -128, which no compressor writes and a file may hold. */
    @Test
    void theSmallestByteIsExact() {
        int k = 16 * 1100;
        byte[] values = new byte[k];
        Arrays.fill(values, Byte.MIN_VALUE);
        byte[] groups = new byte[k / 16];
        Arrays.fill(groups, (byte) 255);
        var x = new Activations(k, new byte[2 * k], new float[] {1f, 1f});
        Arrays.fill(x.x, (byte) -127);
        QuantisedMatrix w = largest(new WeightFormat(WeightBits.W8, 16), k);
        byte[] packed = new PackedMatrix(w.format(), 1, k).pack(w);
        Arrays.fill(packed, 0, k, Byte.MIN_VALUE);
        float[] y = new float[2];
        run("", List.of(w), x, List.of(packed, new PackedMatrix(w.format(), 1, k).scaleOffset(),
                new float[1], 0, w.format().groupCode(), x.x, x.scales, 0, 0, new float[1], y, 1));
        float expected = 128f * 127 * 255 * k;
        assertArrayEquals(new float[] {expected, expected}, y);
    }

    private static float[] product(QuantisedMatrix w, float[] bias, Activations x, int fn,
            int with, float[] other) {
        float[] y = new float[x.tokens() * w.rows()];
        var arguments = new ArrayList<>(matrixArguments(w, bias));
        arguments.addAll(formatArguments(w));
        arguments.addAll(List.of(x.x, x.scales, fn, with, other, y, w.rows()));
        run("", List.of(w), x, arguments);
        return y;
    }

    private static List<Object> matrixArguments(QuantisedMatrix w, float[] bias) {
        var layout = new PackedMatrix(w.format(), w.rows(), w.cols());
        return List.of(layout.pack(w), layout.scaleOffset(), bias == null ? new float[1] : bias,
                bias == null ? 0 : 1);
    }

    private static List<Object> formatArguments(QuantisedMatrix w) {
        WeightFormat format = w.format();
        if (format.isUniform()) {
            return List.of(format.groupCode());
        }
        int blocks = WeightFormat.blocks(w.cols());
        int groupAt = blocks + format.blocks().counts(blocks).entrySet().stream()
                .mapToInt(e -> e.getKey().bytes() * e.getValue()).sum();
        return List.of(format.groupCode(), format.stripBytes(w.cols()), groupAt);
    }

    /** Runs a kernel with groups as CUDA has them; arrays of floats are read back. */
    private static void run(String kind, List<QuantisedMatrix> w, Activations x,
            List<Object> arguments) {
        Cuda cuda = Cuda.open().orElseThrow(IllegalStateException::new);
        try (GpuDevice device = new CudaDevice(cuda.devices().getFirst().createContext(), "cuda",
                KernelSources.all())) {
            WeightFormat format = w.getFirst().format();
            boolean strips = !format.isUniform();
            GpuKernel kernel = device.kernel((strips ? "strips"
                    : "dense_w" + format.bits().bits()) + "_tokens" + kind);
            List<Runnable> reads = new ArrayList<>();
            var all = new ArrayList<>(arguments);
            all.addAll(List.of(x.k, x.tokens()));
            for (int i = 0; i < all.size(); i++) {
                switch (all.get(i)) {
                    case Integer value -> kernel.setInt(i, value);
                    case Long value -> kernel.setLong(i, value);
                    case byte[] bytes -> kernel.set(i,
                            CudaGemvTest.holding(device, MemorySegment.ofArray(bytes)));
                    case float[] floats -> {
                        GpuBuffer buffer =
                                CudaGemvTest.holding(device, MemorySegment.ofArray(floats));
                        kernel.set(i, buffer);
                        reads.add(() -> buffer.read(0, MemorySegment.ofArray(floats)));
                    }
                    default -> throw new IllegalArgumentException("no argument: " + all.get(i));
                }
            }
            var grid = new Grid(
                    strips ? Grid.Items.TOKENS_OF_STRIPS : Grid.Items.TOKENS_OF_ROWS,
                    Count.of(w.stream().mapToInt(QuantisedMatrix::rows)
                            .map(n -> strips ? StripRows.strips(n) : n).sum()),
                    Count.perToken(1).tiled(8));
            GroupSizes sizes = device.groupSizes();
            if (!strips) {
                kernel.setLocal(all.size(), 8L * Long.BYTES * sizes.items(grid)
                        * (kind.equals("_gated") ? 2 : 1));
            }
            kernel.launch(sizes.range(grid, StepLengths.of(0, x.tokens())));
            device.finish();
            reads.forEach(Runnable::run);
        }
    }
}
