package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.ffi.opencl.Device;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.verify.Tolerance;
import dev.skein.runtime.verify.Tolerance.Distance;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Models of every family in fast mode: logits within the tolerance of the reference without int8
 * activations; errors in kernels, and the exact mode's rounding of activations, are beyond it.
 */
class FastModelsTest {
    private static final long SEED = 20261202;
    private static final int POSITIONS = 290;

    /** Tighter than what the command line allows any model. */
    private static final Tolerance TOLERANCE = new Tolerance(0x1p-9, 0x1p-18);
    private static final List<String> SCHEMES = List.of("w8", "w4", "w5g32", "w3/w4@8:16",
            "w2g64", "mixed3.5@8:16/w8", "w8@2:4", "w5@0.45", "w2@12:16", "w8g16@0.3/w4g0");

    private static Distance distance(long seed, String scheme, Precision precision,
            String source) {
        return distance(OnDevice.openCl().devices().getFirst(), seed, scheme, POSITIONS,
                precision, source);
    }

    /** The largest distance over all steps of a model. */
    static Distance distance(Device on, long seed, String scheme, int positions,
            Precision precision, String source) {
        ModelConfig config = RandomModels.config(seed, positions);
        var weights = new SeededWeights(config, seed);
        Graph built = GraphBuilder.build(config);
        Graph graph = new QuantiseWeights(QuantScheme.parse(scheme)).run(
                seed % 3 == 0 ? RandomModels.withSpans(built, seed) : built,
                PassContext.shapesOnly());
        int[] tokens = RandomModels.tokens(config, seed, positions);
        var plan = KernelPlanner.plan(graph, Capacity.single(positions), precision);
        var reference = Interpreter.wide(graph, weights,
                precision == Precision.FAST_INT8);
        Distance farthest = Distance.ZERO;
        try (var device = GpuAccelerator.open(OpenClBackend.device(on, "device", source,
                KernelSources.options(precision)),
                new GpuLoad(plan, weights, config.name(), _ -> { }))) {
            for (int at = 0, step = 1; at < positions; at += step) {
                step = at % 3 == 0 ? 1 : Math.min(37, positions - at);
                step = Math.min(step, plan.limits().maxTokens());
                int[] ids = Arrays.copyOfRange(tokens, at, at + step);
                Distance own = Distance.of(reference.step(ids), device.step(ids).logits());
                farthest = new Distance(larger(farthest.logits(), own.logits()),
                        larger(farthest.nats(), own.nats()));
            }
        }
        return farthest;
    }

    private static double larger(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
    }

    @Test
    void logitsAreWithinTheTolerance() {
        var openCl = OnDevice.openCl();
        for (int i = 0; i < SCHEMES.size(); i++) {
            for (Precision precision : List.of(Precision.FAST, Precision.FAST_INT8)) {
                Distance found = distance(SEED + i, SCHEMES.get(i), precision,
                        KernelSources.of(precision));
                assertTrue(TOLERANCE.allows(found), precision + ", seed " + (SEED + i) + ", "
                        + SCHEMES.get(i) + ": " + found);
            }
        }
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @Test
    void plantedErrorsAreBeyondTheTolerance() {
        for (Planted planted : List.of(
                new Planted("scale of a row", "fma(sum, scale[row], bias[row]) : sum * scale[row]",
                        "fma(sum, scale[row], bias[row]) : sum * scale[0]"),
                new Planted("a lane", "half_w##BITS(w + (U) * 2 * BITS + BITS)",
                        "half_w##BITS(w + (U) * 2 * BITS + BITS).s10234567"),
                new Planted("the next key",
                        "keys, (row + j) * width", "keys, (row + (j ^ 1)) * width"),
                new Planted("a position too early", "query ? 0 : own) + position % BLOCK",
                        "query ? 0 : own) + max(0, position % BLOCK - 1)"))) {
            assertFalse(TOLERANCE.allows(distance(SEED, "w8", Precision.FAST,
                    planted.source())), planted.name());
        }
    }

    /** That the tolerance is one: int8 activations are farther away. */
    @Test
    void exactModeIsBeyondTheTolerance() {
        Distance found = distance(SEED, "w8", Precision.EXACT, KernelSources.all());
        assertFalse(TOLERANCE.allows(found), found.toString());
    }

    @Test
    void whatIsNoNumberIsBeyondAnyTolerance() {
        float[] expected = {1, 2, 3};
        assertTrue(Tolerance.FAST.allows(Distance.of(expected, expected)));
        assertTrue(Tolerance.FAST.allows(Distance.of(expected, new float[] {1, 2.01f, 3})));
        assertFalse(Tolerance.FAST.allows(Distance.of(expected, new float[] {1, 2.02f, 3})));
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertFalse(Tolerance.FAST.allows(
                    Distance.of(expected, new float[] {1, wrong, 3})), wrong + "");
        }
        assertFalse(Tolerance.FAST.allows(Distance.of(new float[2], new float[] {0, 1})));
    }
}
