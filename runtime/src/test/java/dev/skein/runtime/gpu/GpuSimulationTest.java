package dev.skein.runtime.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.sim.gpu.Bound;
import dev.skein.sim.gpu.GpuStep;
import dev.skein.sim.gpu.KernelClass;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuSimulationTest {

    private static ModelConfig config(String name) throws IOException {
        try (Model model = Model.open(name)) {
            return model.config();
        }
    }

    private static GpuSimulation llama(String weights, String gpu) throws IOException {
        return new GpuSimulation(config("llama2-7b"), GpuWeights.parse(weights), Gpus.load(gpu));
    }

    /**
     * Measurements by others of other software, on which nothing here was fitted; docs/gpu.md says
     * of what. The third and fourth numbers are where our value over theirs is held: what is
     * outside of 0.85 to 1.15 is missed, and asserted so that the page stays true.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            llama2-7b,  f16,   a100,    105, 104.9,  0.85, 1.15
            llama2-7b,  w8,    a100,    105, 155.58, 1.15, 1.40
            llama2-7b,  w4g32, a100,    105, 196.80, 1.40, 1.70
            llama2-70b, w8,    a100,    105, 19.13,  0.85, 1.25
            llama2-70b, w4g32, a100,    105, 25.25,  1.15, 1.70
            llama2-7b,  w4g32, rtx4090, 128, 191.0,  0.85, 1.15
            llama2-13b, w4g32, rtx4090, 128, 108.8,  0.85, 1.15
            """)
    void besideWhatOthersMeasured(String model, String weights, String gpu, int context,
            double measured, double low, double high) throws IOException {
        var simulation = new GpuSimulation(config(model), GpuWeights.parse(weights),
                Gpus.load(gpu));
        double ratio = 1 / simulation.decode(context, 1).seconds() / measured;
        assertTrue(ratio >= low && ratio <= high, model + " " + weights + " on " + gpu + ": "
                + ratio + " of the measured " + measured + " tok/s");
    }

    /** FlightLLM's V100S: its U280 at 55 tok/s is 1.6 times as fast as PyTorch in FP16. */
    @Test
    void flightLlmsV100sIsMissedSinceItsSoftwareIsEager() throws IOException {
        double ratio = 1 / llama("f16", "v100s").decode(128, 1).seconds() / (55 / 1.6);
        assertTrue(ratio > 1.7 && ratio < 2.2, "ratio " + ratio);
    }

    @Test
    void decodeReadsWeightsOnceWhateverTheBatch() throws IOException {
        GpuSimulation s = llama("w4", "h100");
        GpuStep one = s.decode(128, 1);
        GpuStep many = s.decode(128, 32);
        assertTrue(many.seconds() < 2 * one.seconds());
        assertTrue(32 / many.seconds() > 16 / one.seconds());
        assertTrue(many.byClass().containsKey(KernelClass.GEMM));
        assertFalse(many.byClass().containsKey(KernelClass.GEMV));
        assertEquals(8 * 32 + 4, one.kernels().size());
    }

    @Test
    void bytesOfAStepAreThoseOfItsWeightsAndItsCache() throws IOException {
        GpuStep step = llama("f16", "a100").decode(1000, 1);
        // 32 layers of 4 * 4096^2 + 3 * 4096 * 11008 weights, and the head, two bytes each
        double weights = 2.0 * (32 * (4 * 4096.0 * 4096 + 3.0 * 4096 * 11008) + 32000 * 4096.0);
        long dense = step.byClass().get(KernelClass.GEMV).bytes();
        assertTrue(dense >= weights && dense < 1.002 * weights, "bytes " + dense);
        long attention = step.byClass().get(KernelClass.DECODE_ATTENTION).bytes();
        double cache = 2.0 * 2 * 32 * 4096 * 1000;
        assertTrue(attention >= cache && attention < 1.01 * cache, "bytes " + attention);
    }

    @Test
    void sparsityPaysWhereMemoryBinds() throws IOException {
        double dense = llama("w4", "v100s").decode(128, 1).seconds();
        GpuStep sparse = llama("w4@8:16", "v100s").decode(128, 1);
        assertTrue(sparse.seconds() < dense);
        assertTrue(sparse.byClass().containsKey(KernelClass.SPARSE_GEMV));
    }

    @Test
    void longPromptsAreBoundByTensorCoresAndCutIntoSteps() throws IOException {
        GpuSimulation s = llama("w8", "a100");
        GpuStep prompt = s.prefill(2048);
        assertEquals(Bound.TENSOR, prompt.boundBy());
        GpuStep longer = s.prefill(4096);
        assertEquals(2 * prompt.kernels().size(), longer.kernels().size());
        assertTrue(longer.seconds() > 2 * prompt.seconds());
        // without INT8 tensor cores the products run as FP16
        assertTrue(llama("w8", "v100s").prefill(2048).seconds() > 2 * prompt.seconds());
    }

    @Test
    void spansShortenAttention() throws IOException {
        ModelConfig dense = config("llama2-7b");
        ModelConfig sparse = new AttentionSparsity(0.7, AttentionSparsity.Choice.NOMINAL)
                .apply(dense);
        var weights = GpuWeights.parse("w4");
        var gpu = Gpus.load("a100");
        long all = new GpuSimulation(dense, weights, gpu).decode(4096, 1).byClass()
                .get(KernelClass.DECODE_ATTENTION).bytes();
        long kept = new GpuSimulation(sparse, weights, gpu).decode(4096, 1).byClass()
                .get(KernelClass.DECODE_ATTENTION).bytes();
        assertTrue(kept < 0.5 * all, kept + " of " + all);
    }

    @Test
    void memoryIsCounted() throws IOException {
        assertTrue(llama("f16", "rtx4090").memory(4096, 1).fits());
        assertFalse(llama("f16", "rtx4090").memory(4096, 32).fits());
        GpuSimulation.Memory memory = llama("f16", "h100").memory(4096, 2);
        assertEquals(2L * 2 * 32 * 4096 * 4096 * 2, memory.kvBytes());
        // norms are not counted
        assertEquals(2 * 6738415616.0, memory.weightBytes(), 2 * 65 * 4096.0);
    }

    @Test
    void theTextOfAFormatIsReadAgain() {
        for (String text : new String[] {"f16", "w8", "w4g32", "w4g16@8:16"}) {
            assertEquals(text, GpuWeights.parse(text).toString());
        }
    }
}
