package dev.skein.runtime.backend.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * How fast a device is, measured by kernels whose results are checked. Times are those of the
 * device's own clock, the median of several runs.
 *
 * @param readGBps memory that a kernel reads in a second, from more than any cache holds
 * @param copyGBps what a kernel that copies moves in a second, read and written bytes together
 * @param int8GMacPerSecond products of int8 that plain OpenCL C accumulates in int32, without the
 *     dot products of vendor extensions
 * @param fp32GFlops binary32 operations in a second, 10^9, a multiply-add is two
 */
public record DeviceSpeed(double readGBps, double copyGBps, double int8GMacPerSecond,
        double fp32GFlops) {

    private static final int RUNS = 5;
    private static final long SEED = 1;
    private static final long BYTES = 256L << 20;
    private static final int VECTOR_BYTES = 16;
    private static final int HASH = (int) 2_654_435_761L;

    /** Enough for every unit of the largest GPU; the processor has a piece for each thread. */
    private static final int GPU_ITEMS = 1 << 18;
    private static final int GPU_GROUP = 64;
    private static final int PIECES_A_THREAD = 4;

    /** 4 KiB of operands: they stay in the nearest cache. */
    private static final int OPERANDS = 256;

    /** Chains of multiply-adds of an item of {@code add_all}. */
    private static final int CHAINS = 32;
    private static final int PERIOD = 251;

    /** Long against the cost of a launch. */
    private static final long ENOUGH_NANOS = 20_000_000;

    /** The device and how work is cut: groups of a size that every device takes. */
    private record Bench(GpuDevice device, int items, int group) {
        static Bench of(GpuDevice device) {
            return device.groupSizes().equals(GroupSizes.PROCESSOR)
                    ? new Bench(device, Runtime.getRuntime().availableProcessors()
                            * PIECES_A_THREAD, 1)
                    : new Bench(device, GPU_ITEMS, GPU_GROUP);
        }

        double medianNanos(GpuKernel kernel) {
            kernel.time(range());
            long[] runs = LongStream.generate(() -> kernel.time(range())).limit(RUNS).sorted()
                    .toArray();
            return Math.max(1, runs[RUNS / 2]);
        }

        WorkRange range() {
            return new WorkRange(items, group, 1);
        }

        /** Sets the arguments that say which vectors an item takes, from {@code first} on. */
        GpuKernel pieces(GpuKernel kernel, int first, int count) {
            kernel.setInt(first, group == 1 ? count : 1);
            kernel.setInt(first + 1, group == 1 ? 1 : items);
            kernel.setInt(first + 2, count);
            return kernel;
        }
    }

    /**
     * Measures, which takes seconds the first time, while the device's compiler is at work.
     *
     * @param device opened with {@link #source}
     * @param mostBytes of a buffer
     * @throws RuntimeException what the device's library throws if it refuses something
     * @throws IllegalStateException if it computes something wrong
     */
    public static DeviceSpeed measure(GpuDevice device, long mostBytes) {
        Bench bench = Bench.of(device);
        int count = Math.toIntExact(Math.max(1,
                Math.min(BYTES, mostBytes) / VECTOR_BYTES / bench.items));
        long bytes = (long) count * bench.items * VECTOR_BYTES;
        GpuBuffer x = device.createBuffer(bytes);
        GpuBuffer y = device.createBuffer(bytes);
        GpuBuffer sums = device.createBuffer((long) Integer.BYTES * bench.items);
        GpuKernel number = device.kernel("number_all");
        number.set(0, x);
        number.launch(new WorkRange(bytes / Integer.BYTES, bench.group, 1));
        double read = bytes / read(bench, x, sums, count);
        GpuKernel copy = bench.pieces(device.kernel("copy_all"), 2, count);
        copy.set(0, x);
        copy.set(1, y);
        double copied = 2 * bytes / bench.medianNanos(copy);
        read(bench, y, sums, count);
        return new DeviceSpeed(read, copied, int8GMacPerSecond(bench, sums),
                fp32GFlops(bench, sums));
    }

    /** The kernels. */
    public static String source() {
        try (InputStream in = DeviceSpeed.class.getResourceAsStream("speed.cl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads numbered words and checks their sum; ns. */
    private static double read(Bench bench, GpuBuffer x, GpuBuffer sums, int count) {
        GpuKernel read = bench.pieces(bench.device.kernel("read_all"), 2, count);
        read.set(0, x);
        read.set(1, sums);
        double nanos = bench.medianNanos(read);
        int total = 0;
        for (int sum : ints(sums, bench.items)) {
            total += sum;
        }
        long n = x.byteSize() / Integer.BYTES;
        check("read_all", HASH * (int) (n / 2 * (n - 1)), total);
        return nanos;
    }

    private static double int8GMacPerSecond(Bench bench, GpuBuffer sums) {
        byte[] x = new byte[OPERANDS * VECTOR_BYTES];
        new Random(SEED).nextBytes(x);
        GpuBuffer operands = bench.device.createBuffer(x.length);
        operands.write(0, MemorySegment.ofArray(x));
        GpuKernel multiply = bench.device.kernel("multiply_all");
        multiply.set(0, operands);
        multiply.set(1, sums);
        multiply.setInt(2, OPERANDS);
        int rounds = rounds(bench, multiply, 3);
        double nanos = bench.medianNanos(multiply);
        int[] found = ints(sums, bench.items);
        for (int item : new int[] {0, bench.items - 1}) {
            check("multiply_all", sumOfProducts(x, item, rounds), found[item]);
        }
        return (double) bench.items * rounds * x.length / nanos;
    }

    /** What an item of {@code multiply_all} computes, by its definition. */
    private static int sumOfProducts(byte[] x, int item, int rounds) {
        int sum = 0;
        for (int r = 0; r < rounds; r++) {
            int operand = (item + r) % OPERANDS * VECTOR_BYTES;
            for (int i = 0; i < x.length; i++) {
                sum += x[operand + i % VECTOR_BYTES] * x[i];
            }
        }
        return sum;
    }

    private static double fp32GFlops(Bench bench, GpuBuffer sums) {
        GpuKernel add = bench.device.kernel("add_all");
        add.set(0, sums);
        int rounds = rounds(bench, add, 1);
        double nanos = bench.medianNanos(add);
        int[] found = ints(sums, bench.items);
        for (int item : new int[] {0, bench.items - 1}) {
            check("add_all", Float.floatToRawIntBits(sumOfChains(item, rounds)), found[item]);
        }
        return 2.0 * CHAINS * bench.items * rounds / nanos;
    }

    /** What an item of {@code add_all} computes. */
    private static float sumOfChains(int item, int rounds) {
        float a = item % PERIOD + 1;
        float x = 0;
        float y = 1;
        for (int r = 0; r < rounds; r++) {
            x = x * 0.5f + a;
            y = y * 0.5f + a;
        }
        return x + y;
    }

    /** Sets an argument to as many rounds as take long enough. */
    private static int rounds(Bench bench, GpuKernel kernel, int argument) {
        int rounds = 1;
        kernel.setInt(argument, rounds);
        while (kernel.time(bench.range()) < ENOUGH_NANOS) {
            rounds = Math.multiplyExact(rounds, 2);
            kernel.setInt(argument, rounds);
        }
        return rounds;
    }

    private static void check(String kernel, int expected, int found) {
        if (expected != found) {
            throw new IllegalStateException(kernel + " computed " + found + " instead of "
                    + expected + ": the device or its compiler is broken");
        }
    }

    private static int[] ints(GpuBuffer buffer, int count) {
        int[] values = new int[count];
        buffer.read(0, MemorySegment.ofArray(values));
        return values;
    }
}
