package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.DeviceException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can go wrong is one line, and leaves nothing behind on the device. */
class CudaFailuresTest {
    private static final ModelConfig CONFIG = RandomModels.config(3);
    private static final KernelPlan PLAN = KernelPlanner.plan(
            new QuantiseWeights(QuantScheme.parse("w4")).run(GraphBuilder.build(CONFIG),
                    PassContext.shapesOnly()), CONFIG.maxPositions());

    @BeforeAll
    static void standIn() throws Exception {
        StandIn.use();
    }

    private static String failure(KernelPlan plan, int index) {
        Cuda cuda = Cuda.open().orElseThrow(IllegalStateException::new);
        var load = new GpuLoad(plan, new SeededWeights(CONFIG, 3), "it", _ -> { });
        String message = assertThrows(DeviceException.class,
                () -> CudaBackend.open(cuda, index, load)).getMessage();
        assertEquals(Map.of(), cuda.ledger().live(), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void noSuchDevice() {
        assertEquals("device cuda:4711: this machine has cuda:0; 'skein devices' lists them",
                failure(PLAN, 4711));
    }

    @Test
    void tooLittleMemory() {
        var buffers = new ArrayList<>(PLAN.buffers());
        buffers.add(new PlanBuffer("much", 1L << 50, new PlanBuffer.Scratch()));
        var larger = new KernelPlan(PLAN.model(), PLAN.limits(), buffers, PLAN.inputs(),
                PLAN.logits(), PLAN.decode(), PLAN.prefill(), PLAN.sampling(), PLAN.precision());
        String said = failure(larger, 0);
        assertTrue(said.startsWith("cuda:0 (Fake GPU) has too little memory for " + PLAN.model()
                + ", which needs"), said);
    }

    @Test
    void noPtx() {
        String before = System.setProperty(CudaCompiler.PROPERTY, "/none.ptx");
        try {
            String said = failure(PLAN, 0);
            assertTrue(said.startsWith("PTX of skein.cuda.ptx=/none.ptx cannot be read"), said);
        } finally {
            System.setProperty(CudaCompiler.PROPERTY, before);
        }
    }
}
