package dev.skein.ffi.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong says what, in one line, and leaves nothing behind; both bindings alike. */
class RefusalTest {

    /** Gives a test a context with a queue, closes it and looks for leaks. */
    private static void within(Binding binding, BiConsumer<Context, CommandQueue> test) {
        OpenCl openCl = TestOpenCl.open(binding);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            test.accept(context, context.createQueue());
        }
        assertEquals(Map.of(), openCl.ledger().live());
    }

    private static OpenClException refused(String call, String code, Executable action) {
        OpenClException e = assertThrows(OpenClException.class, action);
        assertEquals(call + " " + code, e.call() + " " + e.codeName(), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().contains(code + " (" + e.code() + ")"), e.getMessage());
        assertTrue(e.getMessage().startsWith(call + "(" + e.arguments() + ")"), e.getMessage());
        return e;
    }

    @ParameterizedTest
    @EnumSource
    void programThatDoesNotCompile(Binding binding) {
        String source = "kernel void broken(global int *x) {\n  x[0] = nonsense;\n}\n";
        within(binding, (context, _) -> {
            OpenClException e = refused("clBuildProgram", "CL_BUILD_PROGRAM_FAILURE",
                    () -> context.build("broken.cl", source, "-DA=1"));
            assertEquals("source=broken.cl, options='-DA=1'", e.arguments());
            assertTrue(e.buildLog().orElseThrow().contains("nonsense"), e.buildLog().toString());
            assertTrue(e.getMessage().contains("nonsense"), e.getMessage());
        });
    }

    @ParameterizedTest
    @EnumSource
    void kernelsAndArgumentsThatDoNotExist(Binding binding) {
        within(binding, (context, queue) -> {
            Program program = context.build("add.cl", TestOpenCl.ADD);
            refused("clCreateKernel", "CL_INVALID_KERNEL_NAME",
                    () -> program.createKernel("subtract"));
            Kernel add = program.createKernel("add");
            assertEquals("kernel=add, index=4, arguments=4", refused("clSetKernelArg",
                    "CL_INVALID_ARG_INDEX", () -> add.setInt(4, 1)).arguments());
            refused("clSetKernelArg", "CL_INVALID_ARG_INDEX", () -> add.setInt(-1, 1));
            refused("clSetKernelArg", "CL_INVALID_ARG_SIZE", () -> add.setLong(3, 1));
            Buffer buffer = context.createBuffer(4);
            add.set(0, buffer).set(1, buffer).setInt(3, 1);
            assertEquals("kernel=add, argument 2 of 4 is not set",
                    refused("clEnqueueNDRangeKernel", "CL_INVALID_KERNEL_ARGS",
                            () -> queue.launch(add, NdRange.of(1))).arguments());
        });
    }

    @ParameterizedTest
    @EnumSource
    void groupsThatAreTooLarge(Binding binding) {
        within(binding, (context, queue) -> {
            Buffer buffer = context.createBuffer(4);
            Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add")
                    .set(0, buffer).set(1, buffer).set(2, buffer).setInt(3, 0);
            long items = 1L << 30;
            refused("clEnqueueNDRangeKernel", "CL_INVALID_WORK_GROUP_SIZE",
                    () -> queue.launch(add, NdRange.of(items, items)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void moreMemoryThanThereIs(Binding binding) {
        within(binding, (context, _) -> {
            DeviceInfo info = context.device().info();
            OpenClException e = refused("clCreateBuffer", "CL_MEM_OBJECT_ALLOCATION_FAILURE",
                    () -> context.createBuffer(info.globalMemoryBytes() + 1));
            assertTrue(e.isOutOfMemory());
            assertEquals("bytes=" + (info.globalMemoryBytes() + 1)
                    + ", free of the device's memory=" + info.globalMemoryBytes(), e.arguments());
            assertTrue(refused("clCreateBuffer", "CL_INVALID_BUFFER_SIZE",
                    () -> context.createBuffer(info.maxBufferBytes() + 1)).isOutOfMemory());
            assertFalse(refused("clCreateBuffer", "CL_INVALID_BUFFER_SIZE",
                    () -> context.createBuffer(0)).buildLog().isPresent());
            // none is touched, so the processor as a device really commits none of it
            long largest = info.maxBufferBytes();
            long fit = info.globalMemoryBytes() / largest;
            for (long i = 0; i < fit; i++) {
                context.createBuffer(largest);
            }
            refused("clCreateBuffer", "CL_MEM_OBJECT_ALLOCATION_FAILURE",
                    () -> context.createBuffer(largest));
            assertEquals(fit * largest, context.bufferBytes());
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsClosed(Binding binding) {
        within(binding, (context, queue) -> {
            Buffer closed = context.createBuffer(4);
            Buffer open = context.createBuffer(4);
            HostMemory host = context.createHostMemory(4);
            Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add")
                    .set(0, open).set(1, open).set(2, closed).setInt(3, 1);
            closed.close();
            closed.close();
            assertTrue(closed.isClosed());
            assertEquals(4, context.bufferBytes());
            assertEquals("buffer of 4 bytes is closed", assertThrows(IllegalStateException.class,
                    () -> queue.launch(add, NdRange.of(1))).getMessage());
            MemorySegment segment = MemorySegment.ofArray(new int[1]);
            assertThrows(IllegalStateException.class, () -> queue.write(segment, closed, 0));
            assertThrows(IllegalStateException.class, () -> add.set(2, closed));
            host.close();
            assertThrows(IllegalStateException.class, host::segment);
            assertThrows(IllegalStateException.class,
                    () -> queue.startWrite(host, 0, open, 0, 4));
            Program program = context.build("add.cl", TestOpenCl.ADD);
            Kernel second = program.createKernel("add");
            program.close();
            assertTrue(second.isClosed());
            assertThrows(IllegalStateException.class, () -> second.setInt(3, 1));
            assertThrows(IllegalStateException.class, program::buildLog);
            Event event = queue.launchWithEvent(add.set(2, open), NdRange.of(1));
            queue.close();
            assertThrows(IllegalStateException.class, event::await);
            assertThrows(IllegalStateException.class, queue::finish);
            context.close();
            assertThrows(IllegalStateException.class, () -> context.createBuffer(4));
            assertThrows(IllegalStateException.class, () -> add.set(0, open));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOfAnotherContext(Binding binding) {
        within(binding, (context, queue) -> {
            try (Context other = context.device().createContext()) {
                Buffer buffer = other.createBuffer(4);
                MemorySegment segment = MemorySegment.ofArray(new int[1]);
                Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add");
                assertThrows(IllegalArgumentException.class, () -> add.set(0, buffer));
                assertThrows(IllegalArgumentException.class,
                        () -> queue.write(segment, buffer, 0));
                assertThrows(IllegalArgumentException.class,
                        () -> other.createQueue().launch(add, NdRange.of(1)));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void rangesOutsideOfABuffer(Binding binding) {
        within(binding, (context, queue) -> {
            Buffer buffer = context.createBuffer(8);
            HostMemory host = context.createHostMemory(8);
            MemorySegment ints = MemorySegment.ofArray(new int[2]);
            assertThrows(IndexOutOfBoundsException.class, () -> queue.write(ints, buffer, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> queue.read(buffer, -1, ints));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> queue.fill(buffer, Long.MAX_VALUE, 2, (byte) 0));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> queue.startRead(buffer, 0, host, 4, 8));
            assertThrows(IllegalArgumentException.class,
                    () -> queue.startRead(buffer, 0, host, 0, 0));
            assertThrows(IllegalArgumentException.class,
                    () -> queue.read(buffer, 0, ints.asReadOnly()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void otherThreads(Binding binding) {
        within(binding, (context, queue) -> {
            AtomicReference<RuntimeException> thrown = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    queue.finish();
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertEquals(WrongThreadException.class, thrown.get().getClass());
            assertFalse(context.isClosed());
        });
    }

    @ParameterizedTest
    @EnumSource
    void timesOfAQueueThatTakesNone(Binding binding) {
        within(binding, (context, queue) -> {
            Buffer buffer = context.createBuffer(4);
            HostMemory host = context.createHostMemory(4);
            Event event = queue.startWrite(host, 0, buffer, 0, 4);
            assertThrows(IllegalStateException.class, event::times);
            event.await();
        });
    }
}
