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

class GpuSimulationTest {

    private static ModelConfig config(String name) throws IOException {
        try (Model model = Model.open(name)) {
            return model.config();
        }
    }

    private static GpuSimulation llama(String weights, String gpu) throws IOException {
        return new GpuSimulation(config("llama2-7b"), GpuWeights.parse(weights), Gpus.load(gpu));
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
