package dev.skein.runtime.backend.opencl;

import dev.skein.ffi.opencl.Buffer;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Context;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.DeviceType;
import dev.skein.ffi.opencl.Event;
import dev.skein.ffi.opencl.Kernel;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.ffi.opencl.Program;
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
 * @param int8GMacPerSecond products of int8 that plain OpenCL C accumulates in int32, without the
 *     dot products of vendor extensions
 */
public record DeviceSpeed(double readGBps, double int8GMacPerSecond) {

    private static final int RUNS = 5;
    private static final long SEED = 1;
    private static final long READ_BYTES = 256L << 20;
    private static final int VECTOR_BYTES = 16;
    private static final int HASH = (int) 2_654_435_761L;

    /** 4 KiB of operands: they stay in the nearest cache. */
    private static final int OPERANDS = 256;

    /** Long against the cost of a launch. */
    private static final long ENOUGH_NANOS = 20_000_000;

    /** How work is cut: groups of a size that every device takes. */
    private record Shape(int items, int group) {
        static Shape of(Device device) {
            int units = device.info().computeUnits();
            return device.info().type() == DeviceType.CPU
                    ? new Shape(units * 4, 1)
                    : new Shape(Math.min(units, 1024) * 2048, 64);
        }

        NdRange range() {
            return NdRange.of(items, group);
        }
    }

    /**
     * Measures, which takes seconds the first time, while the device's compiler is at work.
     *
     * @throws dev.skein.ffi.opencl.OpenClException if the device refuses something
     * @throws IllegalStateException if it computes something wrong
     */
    public static DeviceSpeed measure(Device device) {
        try (Context context = device.createContext()) {
            CommandQueue queue = context.createProfilingQueue();
            Program program = context.build("speed.cl", source(), "-cl-std=CL1.2");
            return new DeviceSpeed(readGBps(context, queue, program),
                    int8GMacPerSecond(context, queue, program));
        }
    }

    private static double readGBps(Context context, CommandQueue queue, Program program) {
        Shape shape = Shape.of(context.device());
        long most = Math.min(context.device().info().maxBufferBytes(),
                context.device().info().globalMemoryBytes() / 8);
        int count = Math.toIntExact(
                Math.min(READ_BYTES, most) / VECTOR_BYTES / shape.items());
        int vectors = count * shape.items();
        try (Buffer x = context.createBuffer((long) vectors * VECTOR_BYTES);
                Buffer sums = context.createBuffer(4L * shape.items())) {
            queue.launch(program.createKernel("number_all").set(0, x), NdRange.of(4L * vectors));
            boolean pieces = shape.group() == 1;
            Kernel read = program.createKernel("read_all").set(0, x).set(1, sums)
                    .setInt(2, pieces ? count : 1).setInt(3, pieces ? 1 : shape.items())
                    .setInt(4, count);
            double nanos = medianNanos(queue, read, shape.range());
            int total = 0;
            for (int sum : ints(queue, sums, shape.items())) {
                total += sum;
            }
            long n = 4L * vectors;
            check("read_all", HASH * (int) (n / 2 * (n - 1)), total);
            return x.byteSize() / nanos;
        }
    }

    private static double int8GMacPerSecond(
            Context context, CommandQueue queue, Program program) {
        Shape shape = Shape.of(context.device());
        byte[] x = new byte[OPERANDS * VECTOR_BYTES];
        new Random(SEED).nextBytes(x);
        try (Buffer operands = context.createBuffer(x.length);
                Buffer sums = context.createBuffer(4L * shape.items())) {
            queue.write(MemorySegment.ofArray(x), operands, 0);
            Kernel multiply = program.createKernel("multiply_all").set(0, operands).set(1, sums)
                    .setInt(2, OPERANDS);
            int rounds = 1;
            while (nanos(queue, multiply.setInt(3, rounds), shape.range()) < ENOUGH_NANOS) {
                rounds = Math.multiplyExact(rounds, 2);
            }
            double nanos = medianNanos(queue, multiply, shape.range());
            int[] found = ints(queue, sums, shape.items());
            for (int item : new int[] {0, shape.items() - 1}) {
                check("multiply_all", sumOfProducts(x, item % OPERANDS, rounds), found[item]);
            }
            return (double) shape.items() * rounds * x.length / nanos;
        }
    }

    /** What an item of {@code multiply_all} computes, by its definition. */
    private static int sumOfProducts(byte[] x, int operand, int rounds) {
        int sum = 0;
        for (int r = 0; r < rounds; r++) {
            for (int i = 0; i < x.length; i++) {
                sum += x[operand * VECTOR_BYTES + (i + r) % VECTOR_BYTES] * x[i];
            }
        }
        return sum;
    }

    private static void check(String kernel, int expected, int found) {
        if (expected != found) {
            throw new IllegalStateException(kernel + " computed " + found + " instead of "
                    + expected + ": the device or its compiler is broken");
        }
    }

    private static double medianNanos(CommandQueue queue, Kernel kernel, NdRange range) {
        nanos(queue, kernel, range);
        long[] runs = LongStream.generate(() -> nanos(queue, kernel, range)).limit(RUNS).sorted()
                .toArray();
        return Math.max(1, runs[RUNS / 2]);
    }

    private static long nanos(CommandQueue queue, Kernel kernel, NdRange range) {
        try (Event event = queue.launchWithEvent(kernel, range)) {
            return event.times().runNanos();
        }
    }

    private static int[] ints(CommandQueue queue, Buffer buffer, int count) {
        int[] values = new int[count];
        queue.read(buffer, 0, MemorySegment.ofArray(values));
        return values;
    }

    private static String source() {
        try (InputStream in = DeviceSpeed.class.getResourceAsStream("speed.cl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
