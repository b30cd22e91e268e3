package dev.skein.runtime.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Constants are found again where they are known, and rows that they cannot explain are missed. */
class ReachFitTest {
    private static final long SEED = 20261126;
    private static final Gpu BASE = Gpus.load("h100");

    /** An H100 on which kernels reach other parts than the file says. */
    private static final Gpu TRUTH = new Gpu("truth", "a test", BASE.memoryBytes(),
            BASE.memoryGBps(), BASE.peaks(), new Gpu.Reach(71, 66, 48, 33, 41, 27, 19, 60),
            new Gpu.Overhead(1700, 2600), BASE.contextBytes(), BASE.powerW(), BASE.priceUSD());

    private static Map<String, ReachFit.Key> keys(ReachFit fit) {
        return fit.keys().stream().collect(Collectors.toMap(ReachFit.Key::name, k -> k));
    }

    @Test
    void whatIsKnownIsFoundAgain() throws IOException {
        Map<String, ReachFit.Key> keys = keys(ReachFit.of(BASE,
                SyntheticSuite.of(TRUTH, SEED, 0).kernels()));
        Map<String, Double> expected = Map.of("gpu.memory_percent", 71.0, "gpu.memory8_percent",
                66.0, "gpu.memory4_percent", 48.0, "gpu.sparse_percent", 33.0,
                "gpu.attention_percent", 41.0, "gpu.matrix_percent", 27.0,
                "gpu.prefill_percent", 19.0, "gpu.kernel_ns", 2600.0, "gpu.launch_ns", 1700.0);
        expected.forEach((name, value) -> {
            assertEquals(value, keys.get(name).value(), 0.01 * value, name);
            assertTrue(keys.get(name).fitted(), name);
        });
        // no kernel of the suite waits for instructions alone
        assertFalse(keys.get("gpu.vector_percent").fitted());
    }

    @Test
    void withNoiseTheOtherHalfAndTheStepsArePredicted() throws IOException {
        for (long seed = SEED; seed < SEED + 5; seed++) {
            GpuCalibration found = GpuCalibration.of(BASE, SyntheticSuite.of(TRUTH, seed, 0.04));
            String message = "seed " + seed;
            for (List<Deviation> rows : List.of(found.kernels(), found.launched(),
                    found.fused())) {
                assertTrue(rows.stream().anyMatch(Deviation::fitted), message);
                assertTrue(rows.stream().anyMatch(d -> !d.fitted()), message);
                for (Deviation d : rows) {
                    assertTrue(d.holds(), message + ": " + d);
                }
            }
        }
    }

    @Test
    void nothingIsTakenFromTheOtherHalf() throws IOException {
        SuiteFile measured = SyntheticSuite.of(TRUTH, SEED, 0.02);
        List<MeasuredKernel> wrong = new ArrayList<>();
        for (MeasuredKernel k : measured.kernels()) {
            wrong.add(k.fit() ? k : new MeasuredKernel(k.step(), k.work(), false, k.launches(),
                    3 * k.micros(), k.gapMicros(), 0));
        }
        GpuCalibration found = GpuCalibration.of(BASE,
                new SuiteFile("wrong", measured.speed(), wrong, measured.steps()));
        assertEquals(ReachFit.of(BASE, measured.kernels()).keys(), found.keys());
        for (Deviation d : found.kernels()) {
            assertEquals(d.fitted(), d.holds(), d.toString());
        }
        List<MeasuredKernel> none = wrong.stream().filter(k -> !k.fit()).toList();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> ReachFit.of(BASE, none))
                .getMessage().startsWith("no kernels to fit to"));
    }

    @Test
    void theFileHasWhatWasFittedAndKeepsTheRest() throws IOException {
        SuiteFile measured = SyntheticSuite.of(TRUTH, SEED, 0.02);
        GpuCalibration found = GpuCalibration.of(BASE, measured);
        String text = found.file(Gpus.text("h100") + "gpu.memory4_percent=12\n", "a device\n");
        Gpu read = Gpus.parse("fitted.properties", text);
        assertEquals(found.gpu(), read);
        assertTrue(text.contains("kernels that 'skein bench --suite decode' measured on a device"),
                text);
    }

    /** The reach files of other people's libraries are what their 7B rows give, and no more. */
    @Test
    void reachOfLibrariesIsThatOfTheirSmallModels() throws IOException {
        Gpu fast = Gpus.load("a100", "gpt-fast");
        assertEquals(fast.reach().memory(), percent("a100", "f16", 105, 104.9), 0.15);
        assertEquals(fast.reach().memory8(), percent("a100", "w8", 105, 155.58), 0.15);
        assertEquals(fast.reach().memory4(), percent("a100", "w4", 105, 196.80), 0.15);
        Gpu mlc = Gpus.load("rtx4090", "mlc-llm");
        double seconds = step(mlc, "w4", 137) - 260 * mlc.overhead().launchNanos() * 1e-9;
        assertEquals((1 / 204.8 - seconds) / 260 * 1e9, mlc.overhead().launchNanos(), 10);
        for (Gpu gpu : List.of(fast, mlc)) {
            Gpu plain = Gpus.load(gpu.name());
            assertEquals(plain.reach().sparse(), gpu.reach().sparse());
            assertEquals(plain.reach().attention(), gpu.reach().attention());
            assertEquals(plain.reach().vector(), gpu.reach().vector());
        }
        assertEquals(Gpus.load("a100").overhead(), fast.overhead());
        assertEquals(Gpus.load("rtx4090").reach(), mlc.reach());
    }

    /** Of the bandwidth, for which a decode step of LLaMA2-7B has some speed. */
    private static double percent(String name, String weights, int context, double tokens)
            throws IOException {
        double low = 1;
        double high = 100;
        for (int i = 0; i < 40; i++) {
            double p = (low + high) / 2;
            Gpu gpu = Gpus.parse("x.properties", Gpus.text(name) + "gpu.memory_percent=" + text(p)
                    + "gpu.memory8_percent=" + text(p) + "gpu.memory4_percent=" + text(p));
            if (1 / step(gpu, weights, context) < tokens) {
                low = p;
            } else {
                high = p;
            }
        }
        return low;
    }

    private static String text(double percent) {
        return "%.9f%n".formatted(percent);
    }

    private static double step(Gpu gpu, String weights, int context) throws IOException {
        try (Model model = Model.open("llama2-7b")) {
            return new GpuSimulation(model.config(), GpuWeights.parse(weights), gpu)
                    .decode(context, 1).seconds();
        }
    }
}
