package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.StripRows;
import dev.skein.runtime.backend.gpu.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Matrix kernels of the fast mode, against sums in binary64, within the bound of docs/numbers.md.
 */
class FastProductsTest extends FastKernelsTest {
    private static final long SEED = 20261130;
    private static final int[] SIZES = {1, 17, 172, 4097};
    private static final int[] GROUPS = {1, 32};
    private static final double UNIT = 0x1p-24;

    /** A call: x is {@code [tokens, k]}. */
    private record Case(QuantisedMatrix w, float[] x, float[] bias, int tokens) {

        static Case random(String format, int n, int k, int tokens, float spread) {
            var random = new Random(SEED + n + k + tokens);
            float[] values = Rig.floats(n * k, _ -> (float) random.nextGaussian());
            return new Case(Compressor.compress(values, n, k, WeightFormat.parse(format)),
                    Rig.floats(tokens * k, _ -> (float) (random.nextGaussian()
                            * Math.pow(spread, random.nextGaussian()))),
                    Rig.floats(n, _ -> random.nextFloat()), tokens);
        }

        /** The largest error as a share of what is allowed. */
        double error(float[] found, int items) {
            int n = w.rows();
            int k = w.cols();
            double worst = 0;
            float[] dequantised = w.dequantise();
            for (int t = 0; t < tokens; t++) {
                for (int row = 0; row < n; row++) {
                    double sum = bias[row];
                    double magnitude = Math.abs(bias[row]);
                    for (int i = 0; i < k; i++) {
                        double product = (double) dequantised[row * k + i] * x[t * k + i];
                        sum += product;
                        magnitude += Math.abs(product);
                    }
                    double allowed = (Math.ceilDiv(k, 16) + items + 9) * UNIT * magnitude;
                    double error = Math.abs(found[t * n + row] - sum);
                    worst = !(error <= allowed) ? Math.max(worst, error / allowed)
                            : Math.max(worst, allowed == 0 ? 0 : error / allowed);
                }
            }
            return worst;
        }

        float[] run(Rig on, int tile, int items) {
            WeightFormat format = w.format();
            var layout = new PackedMatrix(format, w.rows(), w.cols());
            float[] y = new float[tokens * w.rows()];
            var arguments = new ArrayList<Object>(List.of(layout.pack(w), layout.scaleOffset(),
                    bias, 1, format.groupCode()));
            int share = format.isUniform() ? items : Math.min(items, 16);
            if (!format.isUniform()) {
                int groupAt = WeightFormat.blocks(w.cols());
                for (Map.Entry<BlockClass, Integer> e : format.blocks()
                        .counts(WeightFormat.blocks(w.cols())).entrySet()) {
                    groupAt += e.getKey().bytes() * e.getValue();
                }
                arguments.addAll(List.of(format.stripBytes(w.cols()), groupAt));
            }
            arguments.addAll(List.of(x, 0, 0, new float[1], y, w.rows(), w.cols(), tokens));
            if (format.isUniform()) {
                arguments.add(new Rig.Local(Float.BYTES * tile * share));
            }
            long groups = format.isUniform() ? w.rows() : StripRows.strips(w.rows());
            on.run((format.isUniform() ? "fast_dense_w" + format.bits().bits() : "fast_strips")
                            + (tile == 1 ? "_token" : "_tokens"),
                    new NdRange(2, groups * share, Math.ceilDiv(tokens, tile), share, 1),
                    arguments.toArray());
            return y;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"w2", "w2g16", "w3g1024", "w4", "w4g32", "w5g64", "w8", "w8g16",
        "w4@8:16", "w8g16@2:16", "mixed3.5g32@8:16", "w2g16@0.4"})
    void sumsAreWithinTheBound(String format) {
        for (int k : SIZES) {
            for (int tokens : new int[] {1, 11}) {
                for (float spread : new float[] {1, 1000}) {
                    Case call = Case.random(format, 19, k, tokens, spread);
                    for (int items : GROUPS) {
                        double worst = call.error(call.run(rig, tokens == 1 ? 1 : 8, items),
                                items);
                        assertTrue(worst <= 1, format + ", k " + k + ", " + tokens
                                + " tokens, groups of " + items + ", spread " + spread
                                + ", seed " + SEED + ": " + worst + " of the bound");
                    }
                }
            }
        }
    }

    /** A bound that these pass would not be one. */
    @Test
    void plantedErrorsAreBeyondTheBound() {
        var openCl = OnDevice.openCl();
        for (Planted planted : List.of(
                new Planted("scale of a group", "groupScales[(U) >> (groupCode - 1)]",
                        "groupScales[(U + 1) >> (groupCode - 1)]"),
                new Planted("scale of a row", "fma(sum, scale[row], bias[row])",
                        "fma(sum, scale[row ^ 1], bias[row])"),
                new Planted("a lane", "convert_float16((int16) (half_w##BITS(w + (U) * 2 * BITS)",
                        "convert_float16((int16) (half_w##BITS(w + (U) * 2 * BITS).s10234567"),
                new Planted("a column too far", "vload16(unit, own[t])",
                        "vload16(0, own[t] + 16 * unit + 1)"),
                new Planted("the last unit", "u < units", "u < whole"))) {
            try (var wrong = new OpenClRig(openCl, Precision.FAST, planted.source())) {
                Case call = Case.random("w4g32", 20, 172, 1, 1);
                assertTrue(call.error(call.run(wrong, 1, 1), 1) > 100, planted.name());
                assertTrue(call.error(call.run(rig, 1, 1), 1) <= 1);
            }
        }
    }
}
