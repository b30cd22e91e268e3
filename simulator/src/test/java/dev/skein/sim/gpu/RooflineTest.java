package dev.skein.sim.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.sim.trace.KernelTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RooflineTest {
    /** Numbers that divide well: 100 GB/s, 10 TFLOPS, 20 TOPS, 1 TOPS, 1 us. */
    private static final Gpu ROUND = gpu(20);

    private static Gpu gpu(double int8) {
        return new Gpu("round", "a test", 1L << 30, 100, new Gpu.Peaks(10, int8, 1),
                new Gpu.Reach(100, 80, 40, 50, 25, 50, 10, 100),
                new Gpu.Overhead(1000, 0), 1 << 20, 50,
                OptionalDouble.empty());
    }

    private static KernelTime one(Gpu gpu, Kernel kernel) {
        return new Roofline(gpu).run(List.of(kernel)).kernels().getFirst();
    }

    private static Kernel moving(KernelClass kind, long bytes) {
        return new Kernel("k", kind, WeightWidth.WIDE, bytes, 0, false, 0);
    }

    @Test
    void eachClassReachesItsPartOfTheBandwidth() {
        long bytes = 1_000_000;
        assertEquals(10e-6, one(ROUND, moving(KernelClass.GEMV, bytes)).running(), 1e-12);
        assertEquals(20e-6, one(ROUND, moving(KernelClass.SPARSE_GEMV, bytes)).running(), 1e-12);
        assertEquals(40e-6, one(ROUND, moving(KernelClass.DECODE_ATTENTION, bytes)).running(),
                1e-12);
    }

    @Test
    void narrowWeightsReachTheirOwnPart() {
        for (WeightWidth width : WeightWidth.values()) {
            double seconds = switch (width) {
                case WIDE -> 10e-6;
                case BYTE -> 12.5e-6;
                case PACKED -> 25e-6;
            };
            for (KernelClass kind : List.of(KernelClass.GEMV, KernelClass.GEMM)) {
                assertEquals(seconds, one(ROUND,
                        new Kernel("k", kind, width, 1_000_000, 0, false, 0)).running(), 1e-12);
            }
            assertEquals(20e-6, one(ROUND, new Kernel("k", KernelClass.SPARSE_GEMV, width,
                    1_000_000, 0, false, 0)).running(), 1e-12);
        }
    }

    @Test
    void productsRunAtTheRateOfTheirNumbers() {
        var int8 = new Kernel("k", KernelClass.GEMM, WeightWidth.WIDE, 0, 1e8, true, 0);
        var half = new Kernel("k", KernelClass.GEMM, WeightWidth.WIDE, 0, 1e8, false, 0);
        assertEquals(2e8 / (20e12 * 0.5), one(ROUND, int8).running(), 1e-12);
        assertEquals(2e8 / (10e12 * 0.5), one(ROUND, half).running(), 1e-12);
        assertEquals(one(ROUND, half).running(), one(gpu(0), int8).running(), 1e-12);
    }

    @Test
    void theLongestOfThreeHidesTheOthersAndNamesTheBound() {
        KernelTime vector = one(ROUND, new Kernel("k", KernelClass.GEMM, WeightWidth.WIDE,
                100_000, 1e6, false, 1e6));
        assertEquals(2e-6, vector.running(), 1e-12);
        assertEquals(3e-6, vector.seconds(), 1e-12);
        assertEquals(Bound.VECTOR, vector.boundBy());
        assertEquals(Bound.MEMORY, one(ROUND, moving(KernelClass.GEMV, 1_000_000)).boundBy());
        assertEquals(Bound.LAUNCH, one(ROUND, moving(KernelClass.GEMV, 1_000)).boundBy());
        assertEquals(Bound.TENSOR, one(ROUND,
                new Kernel("k", KernelClass.GEMM, WeightWidth.WIDE, 0, 1e8, true, 0)).boundBy());
    }

    @Test
    void noKernelIsShorterThanTheLeastOne() {
        Gpu slow = new Gpu("slow", "a test", 1L << 30, 100, ROUND.peaks(), ROUND.reach(),
                new Gpu.Overhead(1000, 2500), 1 << 20, 50, OptionalDouble.empty());
        KernelTime small = one(slow, moving(KernelClass.GEMV, 1_000));
        assertEquals(2.5e-6, small.running(), 1e-15);
        assertEquals(3.5e-6, small.seconds(), 1e-15);
        assertEquals(Bound.LAUNCH, small.boundBy());
        assertEquals(10e-6, one(slow, moving(KernelClass.GEMV, 1_000_000)).running(), 1e-12);
    }

    @Test
    void sharesOfTheTimeSumToIt() {
        GpuStep step = step();
        assertEquals(step.seconds(), step.secondsByBound().values().stream()
                .mapToDouble(Double::doubleValue).sum(), 1e-15);
        assertEquals(step.seconds(), step.byClass().values().stream()
                .mapToDouble(GpuStep.ClassTime::seconds).sum(), 1e-15);
        assertEquals(50 * step.seconds(), step.joulesAtMost(), 1e-15);
        assertEquals(Bound.MEMORY, step.boundBy());
    }

    private static GpuStep step() {
        return new Roofline(ROUND).run(List.of(moving(KernelClass.ELEMENTWISE, 1000),
                moving(KernelClass.GEMV, 1_000_000), moving(KernelClass.ELEMENTWISE, 500)));
    }

    @Test
    void nothingNegativeIsToBeDone() {
        assertThrows(IllegalArgumentException.class, () -> moving(KernelClass.GEMV, -1));
        assertThrows(IllegalArgumentException.class,
                () -> new Kernel("k", KernelClass.GEMM, WeightWidth.WIDE, 0, Double.NaN, true, 0));
    }

    @Test
    void theTimelineHasEveryKernelOnTheTrackOfItsClass(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("t.json");
        try (var timeline = new KernelTimeline(file, "a \"GPU\"", "simulated")) {
            step().trace(timeline, "decode");
            assertFalse(Files.exists(file));
            timeline.commit();
        }
        String text = Files.readString(file);
        assertEquals(4, text.split("\"ph\":\"X\"", -1).length - 1);
        assertTrue(text.contains("\"ts\":2.010000,\"dur\":10.000000"), text);
        assertTrue(text.contains("\"name\":\"dense GEMV\""), text);
        assertTrue(text.contains("\"GB/s\":100.000"), text);
    }

    @Test
    void theBuiltInOnesAreCheckedAgainstAClosedForm() {
        Gpu h100 = Gpus.load("h100");
        KernelTime time = one(h100, moving(KernelClass.GEMV, 3_350_000_000L));
        assertEquals(1e-3 / 0.85, time.running(), 1e-9);
        assertEquals(5e-6, time.launch(), 1e-15);
    }
}
