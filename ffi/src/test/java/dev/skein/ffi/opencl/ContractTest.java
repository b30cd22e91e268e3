package dev.skein.ffi.opencl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both bindings do alike. Sizes are odd on purpose. */
class ContractTest {

    private static final long SEED = 20_260_101;

    @ParameterizedTest
    @EnumSource
    void describesPlatformsAndDevices(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        assertEquals(binding, openCl.binding());
        DeviceInfo info = TestOpenCl.device(openCl).info();
        assertFalse(info.name().isBlank());
        assertFalse(info.vendor().isBlank());
        assertTrue(info.version().startsWith("OpenCL "), info.version());
        assertTrue(info.openClCVersion().startsWith("OpenCL C "), info.openClCVersion());
        assertTrue(info.computeUnits() > 0);
        assertTrue(info.globalMemoryBytes() >= info.maxBufferBytes());
        assertTrue(info.extensions().contains("cl_khr_byte_addressable_store"));
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @ParameterizedTest
    @EnumSource
    void addsVectors(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        Random random = new Random(SEED);
        for (int n : new int[] {1, 17, 172, 4097}) {
            int[] x = random.ints(n).toArray();
            int[] y = random.ints(n).toArray();
            int[] expected = new int[n];
            for (int i = 0; i < n; i++) {
                expected[i] = x[i] + y[i];
            }
            int[] z = new int[n];
            try (Context context = TestOpenCl.device(openCl).createContext()) {
                CommandQueue queue = context.createQueue();
                Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add");
                Buffer out = context.createBuffer(4L * n);
                queue.launch(add.set(0, filled(context, queue, x)).set(1, filled(context, queue, y))
                        .set(2, out).setInt(3, n), NdRange.of(n));
                queue.read(out, 0, MemorySegment.ofArray(z));
            }
            assertArrayEquals(expected, z, "seed " + SEED + ", n " + n);
            assertEquals(Map.of(), openCl.ledger().live());
        }
    }

    private static Buffer filled(Context context, CommandQueue queue, int[] values) {
        Buffer buffer = context.createBuffer(4L * values.length);
        queue.write(MemorySegment.ofArray(values), buffer, 0);
        return buffer;
    }

    @ParameterizedTest
    @EnumSource
    void multipliesInt8MatricesExactly(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        Random random = new Random(SEED);
        String source = """
                kernel void gemv(global const char *w, global const char *x, global int *y,
                    local int *part, int columns) {
                  size_t lane = get_local_id(0);
                  int sum = 0;
                  for (int c = lane; c < columns; c += get_local_size(0)) {
                    sum += w[get_group_id(0) * columns + c] * x[c];
                  }
                  part[lane] = sum;
                  barrier(CLK_LOCAL_MEM_FENCE);
                  if (lane == 0) {
                    for (int i = 1; i < get_local_size(0); i++) {
                      sum += part[i];
                    }
                    y[get_group_id(0)] = sum;
                  }
                }
                """;
        for (int[] shape : new int[][] {{1, 1}, {17, 172}, {172, 4097}}) {
            byte[] w = new byte[shape[0] * shape[1]];
            byte[] x = new byte[shape[1]];
            random.nextBytes(w);
            random.nextBytes(x);
            int[] y = new int[shape[0]];
            try (Context context = TestOpenCl.device(openCl).createContext()) {
                CommandQueue queue = context.createQueue();
                Buffer weights = context.createBuffer(w.length);
                Buffer in = context.createBuffer(x.length);
                Buffer out = context.createBuffer(4L * y.length);
                queue.write(MemorySegment.ofArray(w), weights, 0);
                queue.write(MemorySegment.ofArray(x), in, 0);
                Kernel gemv = context.build("gemv.cl", source, "-cl-std=CL1.2")
                        .createKernel("gemv");
                gemv.set(0, weights).set(1, in).set(2, out).setLocal(3, 4 * 16)
                        .setInt(4, x.length);
                queue.launch(gemv, NdRange.of(16L * y.length, 16));
                queue.read(out, 0, MemorySegment.ofArray(y));
            }
            assertArrayEquals(product(w, x, y.length), y, "seed " + SEED);
        }
    }

    private static int[] product(byte[] w, byte[] x, int rows) {
        int[] y = new int[rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.length; c++) {
                y[r] += w[r * x.length + c] * x[c];
            }
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource
    void transfersEveryKindOfSegment(Binding binding) {
        byte[] bytes = new byte[4097];
        new Random(SEED).nextBytes(bytes);
        OpenCl openCl = TestOpenCl.open(binding);
        try (Arena arena = Arena.ofConfined();
                Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createQueue();
            Buffer buffer = context.createBuffer(3 * bytes.length);
            MemorySegment natively = arena.allocateFrom(JAVA_BYTE, bytes);
            queue.write(MemorySegment.ofArray(bytes).asReadOnly(), buffer, 0);
            queue.write(natively.asReadOnly(), buffer, bytes.length);
            HostMemory host = context.createHostMemory(2L * bytes.length);
            host.segment().asSlice(7, bytes.length).copyFrom(natively);
            queue.startWrite(host, 7, buffer, 2L * bytes.length, bytes.length).await();
            host.segment().fill((byte) 0);
            for (int part = 0; part < 3; part++) {
                long at = (long) part * bytes.length;
                byte[] heap = new byte[bytes.length];
                queue.read(buffer, at, MemorySegment.ofArray(heap));
                assertArrayEquals(bytes, heap);
                natively.fill((byte) 0);
                queue.read(buffer, at, natively);
                assertArrayEquals(bytes, natively.toArray(JAVA_BYTE));
                Event read = queue.startRead(buffer, at, host, 9, bytes.length);
                read.await();
                assertTrue(read.isDone());
                assertArrayEquals(bytes,
                        host.segment().asSlice(9, bytes.length).toArray(JAVA_BYTE));
                host.segment().fill((byte) 0);
            }
            queue.write(MemorySegment.ofArray(new byte[0]), buffer, 3L * bytes.length);
        }
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @ParameterizedTest
    @EnumSource
    void fillsAndCopies(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createQueue();
            Buffer a = context.createBuffer(40);
            Buffer b = context.createBuffer(40);
            queue.fill(a, 0, 40, (byte) 3);
            queue.fill(a, 8, 4, (byte) -1);
            queue.fill(b, 0, 40, (byte) 0);
            queue.copy(a, 4, b, 0, 12);
            int[] ints = new int[10];
            queue.read(b, 0, MemorySegment.ofArray(ints));
            assertArrayEquals(
                    new int[] {0x03030303, -1, 0x03030303, 0, 0, 0, 0, 0, 0, 0}, ints);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesScalarsOfEveryWidth(Binding binding) {
        String source = """
                kernel void scalars(global long *out, char c, int i, long l, float f) {
                  out[0] = c;
                  out[1] = i;
                  out[2] = l;
                  out[3] = as_int(f);
                }
                """;
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createQueue();
            Buffer out = context.createBuffer(32);
            Kernel kernel = context.build("scalars.cl", source).createKernel("scalars");
            assertEquals("scalars", kernel.name());
            assertEquals(5, kernel.argumentCount());
            assertTrue(kernel.maxGroupItems() >= 1 && kernel.groupMultiple() >= 1);
            queue.launch(kernel.set(0, out).setByte(1, (byte) -5).setInt(2, Integer.MIN_VALUE)
                    .setLong(3, Long.MAX_VALUE).setFloat(4, -0f), NdRange.of(1));
            long[] values = new long[4];
            queue.read(out, 0, MemorySegment.ofArray(values));
            assertArrayEquals(
                    new long[] {-5, Integer.MIN_VALUE, Long.MAX_VALUE, 1L << 31 | -1L << 32},
                    values);
        }
    }

    @ParameterizedTest
    @EnumSource
    void queuesWaitForEachOther(Binding binding) {
        String source = """
                kernel void advance(global int *x) {
                  for (int i = 0; i < 1000; i++) {
                    x[0] = x[0] * 5 + 1;
                  }
                }
                """;
        int expected = 0;
        for (int i = 0; i < 20_000; i++) {
            expected = expected * 5 + 1;
        }
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue[] queues = {context.createQueue(), context.createQueue()};
            Buffer x = context.createBuffer(4);
            queues[0].write(MemorySegment.ofArray(new int[1]), x, 0);
            Kernel advance = context.build("advance.cl", source).createKernel("advance").set(0, x);
            for (int i = 0; i < 20; i++) {
                Event done = queues[i % 2].launchWithEvent(advance, NdRange.of(1));
                queues[i % 2].flush();
                queues[(i + 1) % 2].waitFor(done);
            }
            MemorySegment value = MemorySegment.ofArray(new int[1]);
            queues[0].read(x, 0, value);
            assertEquals(expected, value.get(JAVA_INT, 0));
        }
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @ParameterizedTest
    @EnumSource
    void takesTimes(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createProfilingQueue();
            Buffer x = context.createBuffer(4 * 4097);
            queue.fill(x, 0, x.byteSize(), (byte) 1);
            Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add");
            Event event = queue.launchWithEvent(
                    add.set(0, x).set(1, x).set(2, x).setInt(3, 4097), NdRange.of(4097));
            EventTimes times = event.times();
            assertTrue(times.queuedNanos() <= times.submittedNanos()
                    && times.submittedNanos() <= times.startedNanos()
                    && times.startedNanos() < times.endedNanos(), times.toString());
            assertEquals(times.endedNanos() - times.startedNanos(), times.runNanos());
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsOnAPlane(Binding binding) {
        String source = """
                kernel void where(global int *out, int width) {
                  out[get_global_id(1) * width + get_global_id(0)] =
                      get_global_id(1) * 100 + get_global_id(0);
                }
                """;
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createQueue();
            Buffer out = context.createBuffer(4 * 6);
            queue.launch(context.build("where.cl", source).createKernel("where").set(0, out)
                    .setInt(1, 3), NdRange.plane(3, 2));
            int[] values = new int[6];
            queue.read(out, 0, MemorySegment.ofArray(values));
            assertArrayEquals(new int[] {0, 1, 2, 100, 101, 102}, values);
        }
    }
}
