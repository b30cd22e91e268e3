package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.Launch;
import dev.skein.compiler.gpu.Precision;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The PTX that is shipped is that of these kernels. */
class ShippedPtxTest {

    @ParameterizedTest
    @EnumSource
    void isOfThisSource(ShippedPtx ptx) {
        assertEquals(ShippedPtx.hash(ptx.source(), ptx.precision()),
                ShippedPtx.index().getProperty(ptx.key()),
                "kernels have changed; with nvcc on the path: " + MakePtx.COMMAND);
        // the stand-in, if it is used in this JVM, names a file of its own
        String named = System.clearProperty(CudaCompiler.PROPERTY);
        try {
            assertTrue(ptx.read().equals(CudaCompiler.ptx(ptx.source(), ptx.precision())),
                    "it is not taken");
        } finally {
            if (named != null) {
                System.setProperty(CudaCompiler.PROPERTY, named);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isForAmpereAndDriversOfCuda12(ShippedPtx ptx) {
        String text = ptx.read();
        assertTrue(text.contains("\n.version 8.0\n") && text.contains("\n.target sm_80\n"));
        assertTrue(!text.contains(".approx"), "a tolerance that nobody states");
        if (ptx.precision().isExact()) {
            assertTrue(!text.contains("fma.rn.f32") && !text.contains(".ftz"),
                    "inexact arithmetic");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EXACT", "FAST", "FAST_INT8"})
    void hasTheKernelsOfAllPlans(Precision precision) {
        String text = (precision.isExact() ? ShippedPtx.EXACT : ShippedPtx.FAST).read();
        for (String scheme : List.of("w8", "w5", "w4", "w3", "w2", "mixed3.5@8:16/w8")) {
            for (long seed = 1; seed < 9; seed++) {
                KernelPlan plan = KernelPlanner.plan(new QuantiseWeights(QuantScheme.parse(scheme))
                        .run(GraphBuilder.build(RandomModels.config(seed, 16)),
                                PassContext.shapesOnly()), Capacity.single(16), precision);
                Stream.of(plan.decode(), plan.prefill(), plan.sampling().greedy(),
                        plan.sampling().sampled()).flatMap(List::stream).map(Launch::kernel)
                        .forEach(k -> assertTrue(text.contains(".entry " + k + "("), k));
            }
        }
    }

    @Test
    void isWhatTheCompilerMakes() throws IOException {
        Map<String, byte[]> files;
        try {
            files = MakePtx.files();
        } catch (DeviceException e) {
            abort(e.getMessage());
            return;
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try (var in = ShippedPtx.class.getResourceAsStream(file.getKey())) {
                assertArrayEquals(file.getValue(), in.readAllBytes(), file.getKey()
                        + " differs; if nvcc is of another version, that may be why");
            }
        }
    }
}
