package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mutated files end in an answer or a {@link FormatException}, soon and without much memory.
 * {@code docs/fuzzing.md} says how to run a campaign and what to do with what it finds.
 */
class ReaderFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long MOST_CPU_NANOS = 1_000_000_000L;
    private static final long MOST_HEAP_BYTES = 64L << 20;
    private static final Path CRASHERS = Path.of("src/test/resources/crashers");

    /** Without progress for so long, a reader does not come back. */
    private static final long HANG_MILLIS = 120_000;

    private static final ThreadMXBean THREADS =
            (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void mutatedFilesAreReadOrRefused(FuzzTarget target, @TempDir Path folder)
            throws InterruptedException, IOException {
        byte[][] samples = target.samples(folder);
        for (byte[] sample : samples) {
            assertTrue(target.accepts(sample.clone(), folder), target + " sample");
        }
        AtomicLong index = new AtomicLong();
        AtomicLong accepted = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long heapBefore = usedHeapBytes();
        Thread worker = Thread.ofPlatform().daemon().unstarted(() -> {
            for (; index.get() < INPUTS; index.incrementAndGet()) {
                if (tryOne(target, samples, folder, index.get())) {
                    accepted.incrementAndGet();
                }
            }
        });
        worker.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        worker.start();
        for (long seen = -1; worker.isAlive(); seen = index.get()) {
            worker.join(HANG_MILLIS);
            if (worker.isAlive() && seen == index.get()) {
                save(target, samples, seen);
                fail(name(target, seen) + " hangs at " + Stream.of(worker.getStackTrace())
                        .limit(20).map(String::valueOf).toList());
            }
        }
        if (failure.get() != null) {
            save(target, samples, index.get());
            fail(name(target, index.get()) + ": " + failure.get(), failure.get());
        }
        long grownBytes = usedHeapBytes() - heapBefore;
        assertTrue(grownBytes < MOST_HEAP_BYTES, target + " seed " + SEED + " keeps "
                + grownBytes + " bytes");
        System.out.printf("fuzz %s: %,d inputs, seed %d, %,d accepted%n", target, INPUTS, SEED,
                accepted.get());
    }

    /** What a campaign found stays found. */
    @TestFactory
    Stream<DynamicTest> crashersAreReadOrRefused(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(CRASHERS)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream()
                    .filter(path -> !path.toString().endsWith(".md"))
                    .map(path -> DynamicTest.dynamicTest(path.toString(), () -> {
                        FuzzTarget target =
                                FuzzTarget.valueOf(path.getParent().getFileName().toString());
                        target.samples(folder);
                        measured(target, Files.readAllBytes(path), folder, path.toString());
                    }));
        }
    }

    private static boolean tryOne(FuzzTarget target, byte[][] samples, Path folder, long index) {
        return measured(target, input(target, samples, index), folder, name(target, index));
    }

    private static boolean measured(FuzzTarget target, byte[] input, Path folder, String name) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = target.accepts(input, folder);
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(cpu < MOST_CPU_NANOS, name + " took " + cpu + " ns of processor time");
        assertTrue(allocated < MOST_HEAP_BYTES, name + " allocated " + allocated + " bytes");
        return accepted;
    }

    private static byte[] input(FuzzTarget target, byte[][] samples, long index) {
        return target.input(new SplittableRandom(SEED * 1_000_003 + index), samples);
    }

    private static String name(FuzzTarget target, long index) {
        return target + " seed " + SEED + " input " + index;
    }

    /** Keeps the input where {@code docs/fuzzing.md} says. */
    private static void save(FuzzTarget target, byte[][] samples, long index)
            throws IOException {
        Path path = Files.createDirectories(CRASHERS.resolve(target.name()))
                .resolve("seed" + SEED + "-" + index);
        Files.write(path, input(target, samples, index));
    }

    private static long usedHeapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
