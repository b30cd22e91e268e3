package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.Precision;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.ffi.NativeLibrary;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.ffi.cuda.ObjectKind;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.gpu.KernelObserver;
import dev.skein.runtime.device.BatchPart;
import dev.skein.runtime.device.Choice;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decode by graphs on the stand-in for CUDA: one launch a step, the bits of single launches, over
 * the borders of pages, where graphs are captured again.
 */
class CudaGraphsTest {
    private static final long SEED = 5;
    private static final int PAGE = 64;

    private static MethodHandle failing;
    private static MethodHandle launched;
    private static MethodHandle graphs;

    @BeforeAll
    static void standIn() throws Exception {
        StandIn.use();
        NativeLibrary fake = NativeLibrary.open(Path.of(System.getProperty("skein.cuda.library")),
                Arena.global()).orElseThrow(IOException::new);
        failing = fake.function("fake_fail", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT)).orElseThrow(IOException::new);
        launched = count(fake, "fake_launched");
        graphs = count(fake, "fake_graphs");
    }

    private static MethodHandle count(NativeLibrary fake, String name) throws IOException {
        return fake.function(name, FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                .orElseThrow(IOException::new);
    }

    private static GpuAccelerator open(Cuda cuda, int sequences, Precision precision,
            boolean byGraphs) {
        ModelConfig config = RandomModels.config(SEED, 3 * PAGE);
        var plan = KernelPlanner.plan(new QuantiseWeights(QuantScheme.parse("w4")).run(
                GraphBuilder.build(config), PassContext.shapesOnly()),
                Capacity.full(3 * PAGE, sequences, 32), precision);
        System.setProperty(CudaDevice.GRAPHS, Boolean.toString(byGraphs));
        try {
            return CudaBackend.open(cuda, 0, new GpuLoad(plan, new SeededWeights(config, SEED),
                    "it", _ -> { }));
        } finally {
            System.clearProperty(CudaDevice.GRAPHS);
        }
    }

    private static Cuda cuda() {
        return Cuda.open().orElseThrow(IllegalStateException::new);
    }

    /** The launches of the calls, and what they compute. */
    private record Run(List<Long> launches, List<float[]> logits) {}

    private static Run decode(Precision precision, boolean byGraphs) throws Throwable {
        Cuda cuda = cuda();
        var run = new Run(new ArrayList<>(), new ArrayList<>());
        try (GpuAccelerator device = open(cuda, 1, precision, byGraphs)) {
            device.step(new int[PAGE / 2 - 2]);
            device.step(new int[PAGE / 2 - 2]);
            for (int i = 0; i < PAGE + 8; i++) {
                long before = (long) launched.invokeExact();
                run.logits.add(i % 8 == 7 ? new float[] {device.stepChosen(
                        Choice.GREEDY, 1 + i % 5).token()}
                        : device.step(1 + i % 5).logits());
                run.launches.add((long) launched.invokeExact() - before);
            }
        }
        assertEquals(Map.of(), cuda.ledger().live());
        assertEquals(0, (long) graphs.invokeExact());
        return run;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aStepIsOneLaunchWithTheSameBits(Precision precision) throws Throwable {
        Run single = decode(precision, false);
        Run graph = decode(precision, true);
        for (int i = 0; i < single.logits.size(); i++) {
            assertArrayEquals(single.logits.get(i), graph.logits.get(i), "seed " + SEED
                    + ", step " + i);
        }
        long one = single.launches.getFirst();
        assertTrue(one > 12, single.launches.toString());
        // the first of a kind runs as it is; greedy steps in between are of another kind
        assertEquals(List.of(one, 1L, 1L, 1L), graph.launches.subList(0, 4));
        assertEquals(List.of(one, 1L, 1L), graph.launches.subList(4, 7));
        assertTrue(graph.launches.get(7) > one, "greedy steps launch more");
        assertEquals(List.of(one, 1L, 1L, 1L, 1L, 1L, 1L), graph.launches.subList(8, 15));
    }

    /** Sequences of unlike lengths; one leaves, which makes another kind of step. */
    @Test
    void batches() throws Throwable {
        List<List<float[]>> found = new ArrayList<>();
        for (boolean byGraphs : new boolean[] {false, true}) {
            Cuda cuda = cuda();
            List<float[]> logits = new ArrayList<>();
            long before = (long) launched.invokeExact();
            try (GpuAccelerator device = open(cuda, 3, Precision.EXACT, byGraphs)) {
                for (int i = 0; i < 12; i++) {
                    List<BatchPart> parts = new ArrayList<>();
                    for (int s = 0; s < (i < 8 ? 3 : 2); s++) {
                        parts.add(new BatchPart(s, i, new int[] {1 + (i + s) % 7},
                                new int[] {s}, true));
                    }
                    logits.addAll(device.step(parts));
                }
            }
            long all = (long) launched.invokeExact() - before;
            assertTrue(byGraphs ? all < 100 : all > 12 * 12, all + " launches");
            found.add(logits);
        }
        for (int i = 0; i < found.getFirst().size(); i++) {
            assertArrayEquals(found.getFirst().get(i), found.getLast().get(i), "row " + i);
        }
    }

    /** A traced step launches kernel after kernel; the stand-in takes 1.5 ms for each. */
    @Test
    void aTraceHasTheTimesOfTheStream() {
        Cuda cuda = cuda();
        List<KernelObserver.Span> spans = new ArrayList<>();
        try (GpuAccelerator device = open(cuda, 1, Precision.EXACT, true)) {
            device.record((_, step) -> spans.addAll(step));
            device.step(1);
            assertTrue(!cuda.ledger().live().containsKey(ObjectKind.EVENT));
        }
        assertTrue(spans.size() > 12, spans.toString());
        for (int i = 0; i < spans.size(); i++) {
            assertEquals(i * 1_500_000L, spans.get(i).fromNanos());
            assertEquals((i + 1) * 1_500_000L, spans.get(i).toNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuStreamBeginCapture_v2", "cuStreamEndCapture",
        "cuGraphInstantiateWithFlags", "cuGraphLaunch"})
    void aFailureIsOneLineAndTheNextStepWorks(String call) throws Throwable {
        Cuda cuda = cuda();
        try (GpuAccelerator device = open(cuda, 1, Precision.EXACT, true);
                GpuAccelerator other = open(cuda, 1, Precision.EXACT, false)) {
            device.step(3);
            other.step(3);
            fail(call, 2);
            String said = assertThrows(DeviceException.class, () -> device.step(4)).getMessage();
            assertEquals(1, said.lines().count(), said);
            assertTrue(said.startsWith("cuda:0 (Fake GPU)") && said.contains(
                    "CUDA_ERROR_OUT_OF_MEMORY"), said);
            assertArrayEquals(other.step(4).logits(), device.step(4).logits());
            assertEquals(1L, cuda.ledger().live().get(ObjectKind.GRAPH));
        }
        assertEquals(Map.of(), cuda.ledger().live());
        assertEquals(0, (long) graphs.invokeExact());
    }

    private static void fail(String call, int code) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            failing.invokeExact(arena.allocateFrom(call), code);
        }
    }
}
