package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrix kernels over odd sizes, against the scalar reference of the contract. */
class ProductKernelsTest {
    private static final long SEED = 20261126;
    private static final int[] SIZES = {1, 17, 172, 4097};

    /** Items of a group: as on a processor, and as on a GPU. */
    private static final int[] GROUPS = {1, 32};

    private static Rig rig;

    @BeforeAll
    static void open() {
        rig = new Rig(OnDevice.openCl());
    }

    @AfterAll
    static void close() {
        if (rig != null) {
            rig.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"w2", "w2g16", "w3g0", "w3g1024", "w4", "w4g32", "w5", "w5g64", "w8",
        "w8g16", "w4@8:16", "w8g16@2:16", "w3g32@4:16", "w5g128@12:16", "mixed3.5g32@8:16",
        "w2g16@0.4", "mixed4.1g16@0.62"})
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
        int stride = PackedRows.align16(k);
        for (int tokens : new int[] {1, 3, 17}) {
            byte[] x = new byte[tokens * stride];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % stride < k ? (byte) (random.nextInt(255) - 127) : 0;
            }
            float[] scales = floats(random, tokens);
            float[] bias = floats(random, w.rows());
            for (boolean biased : new boolean[] {false, true}) {
                float[] expected = expected(w, x, scales, biased ? bias : null);
                for (int items : GROUPS) {
                    for (int tile : tokens == 1 ? new int[] {1, 8} : new int[] {8}) {
                        assertArrayEquals(expected,
                                found(w, x, scales, biased ? bias : null, tile, items),
                                w.format() + " [" + w.rows() + ", " + k + "], " + tokens
                                        + " tokens, biased " + biased + ", tile " + tile
                                        + ", groups of " + items);
                    }
                }
            }
        }
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
            int tile, int items) {
        WeightFormat format = w.format();
        int n = w.rows();
        int k = w.cols();
        var layout = new PackedMatrix(format, n, k);
        byte[] packed = layout.pack(w);
        float[] y = new float[scales.length * n];
        float[] biases = bias == null ? new float[1] : bias;
        int biased = bias == null ? 0 : 1;
        String suffix = tile == 1 ? "_token" : "_tokens";
        int tiles = Math.ceilDiv(scales.length, tile);
        if (format.isUniform()) {
            rig.run("dense_w" + format.bits().bits() + suffix,
                    new NdRange(2, (long) n * items, tiles, items, 1), packed,
                    layout.scaleOffset(), format.groupCode(), biases, biased, x, scales, y, n, k,
                    scales.length, new Rig.Local(Long.BYTES * tile * items));
        } else {
            int groupAt = WeightFormat.blocks(k);
            for (Map.Entry<BlockClass, Integer> e
                    : format.blocks().counts(WeightFormat.blocks(k)).entrySet()) {
                groupAt += e.getKey().bytes() * e.getValue();
            }
            int share = Math.min(items, 16);
            rig.run("strips" + suffix,
                    new NdRange(2, (long) share * StripRows.strips(n), tiles, share, 1),
                    packed, layout.scaleOffset(), format.groupCode(), format.stripBytes(k),
                    groupAt, biases, biased, x, scales, y, n, k, scales.length);
        }
        return y;
    }

    /** All weights, activations and group scales at their largest, for more than 2^31. */
    @Test
    void theLargestSumsAreExact() {
        int k = 16 * 1100 + 1;
        for (WeightBits bits : WeightBits.values()) {
            byte[] values = new byte[k];
            Arrays.fill(values, (byte) -bits.max());
            var format = new WeightFormat(bits, 16);
            byte[] groups = new byte[format.groups(k)];
            Arrays.fill(groups, (byte) 255);
            var w = new QuantisedMatrix(format, 1, k, values, groups, new float[] {1f});
            byte[] x = new byte[PackedRows.align16(k)];
            Arrays.fill(x, 0, k, (byte) 127);
            float[] expected = expected(w, x, new float[] {1f}, null);
            assertTrue(bits != WeightBits.W8 || expected[0] < -(float) (1L << 36),
                    "sum " + expected[0]);
            for (int items : GROUPS) {
                assertArrayEquals(expected, found(w, x, new float[] {1f}, null, 1, items),
                        bits + ", groups of " + items);
            }
        }
    }
}
