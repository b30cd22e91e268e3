package dev.skein.ffi.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.ffi.Answer;
import dev.skein.ffi.opencl.generated.opencl_h;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call of a whole session fails once: nothing leaks, whichever it is. */
class FailureInjectionTest {

    private static final int NEVER = Integer.MAX_VALUE;

    /** Fails the call of a number; a release that fails has released nothing. */
    private static final class Failing {
        private final Driver driver;
        private final int failAt;
        private int calls;
        private String failed = "";
        /** To the context, by the driver's own count, when it is released. */
        private long references;

        Failing(Driver driver, int failAt) {
            this.driver = driver;
            this.failAt = failAt;
        }

        Driver proxy() {
            return (Driver) Proxy.newProxyInstance(Driver.class.getClassLoader(),
                    new Class<?>[] {Driver.class}, (_, method, args) -> {
                        boolean counts = !method.getName().equals("ledger");
                        if (counts && calls++ == failAt) {
                            failed = method.getName();
                            throw new OpenClException(failed, ErrorCode.OUT_OF_RESOURCES, "");
                        }
                        if (method.getName().equals("release")
                                && args[0] == ObjectKind.CONTEXT) {
                            references = Info.number(driver.info(Driver.Subject.CONTEXT,
                                    (Handle) args[1], opencl_h.CL_CONTEXT_REFERENCE_COUNT()));
                        }
                        try {
                            return method.invoke(driver, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    private static Driver driver(Binding binding) {
        TestOpenCl.open(binding);
        return switch (binding) {
            case FFM -> new FfmDriver();
            case JOCL -> new JoclDriver();
        };
    }

    /** Something of everything; events and a kernel are left to their owners. */
    private static void session(Binding binding, Driver driver) {
        OpenCl openCl = OpenCl.open(binding, driver).orElseThrow(IllegalStateException::new);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            CommandQueue queue = context.createProfilingQueue();
            HostMemory host = context.createHostMemory(68);
            Buffer x = context.createBuffer(68);
            try (Buffer y = context.createBuffer(68)) {
                queue.fill(x, 0, 68, (byte) 1);
                Event written = queue.startWrite(host, 0, y, 0, 68);
                CommandQueue second = context.createQueue();
                second.waitFor(written);
                Kernel add = context.build("add.cl", TestOpenCl.ADD).createKernel("add")
                        .set(0, x).set(1, y).set(2, x).setInt(3, 17);
                second.launchWithEvent(add, NdRange.of(17)).await();
                queue.copy(x, 0, y, 0, 68);
                queue.launchWithEvent(add, NdRange.of(17)).times();
                queue.flush();
            }
            queue.startRead(x, 0, host, 0, 68);
            try (Program _ = context.build("add.cl", TestOpenCl.ADD)) {
                queue.read(x, 0, MemorySegment.ofArray(new int[17]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingLeaks(Binding binding) {
        Failing counting = new Failing(driver(binding), NEVER);
        session(binding, counting.proxy());
        assertEquals(Map.of(), counting.driver.ledger().live());
        // PoCL's objects hold their context: its count is the ledger's witness
        assertEquals(1, counting.references);
        assertTrue(counting.calls > 60, "calls " + counting.calls);
        for (int call = 0; call < counting.calls; call++) {
            Failing failing = new Failing(driver(binding), call);
            String where = "call " + call;
            assertThrows(OpenClException.class, () -> session(binding, failing.proxy()), where);
            Map<ObjectKind, Long> live = failing.driver.ledger().live();
            where += ", " + failing.failed + ": " + live;
            switch (failing.failed) {
                // what could not be released is all that is left
                case "release" -> assertEquals(1L, live.values().stream().mapToLong(n -> n).sum(),
                        where);
                // a device that has not said that it is done may still write to the host
                case "finish" -> assertTrue(live.isEmpty()
                        || live.equals(Map.of(ObjectKind.HOST_MEMORY, 1L)), where);
                default -> assertEquals(Map.of(), live, where);
            }
        }
    }

    /** Not only with the context, which may live long. */
    @ParameterizedTest
    @EnumSource
    void whatFailsHalfWayIsReleasedAtOnce(Binding binding) {
        Driver driver = driver(binding);
        Driver noGroups = (Driver) Proxy.newProxyInstance(Driver.class.getClassLoader(),
                new Class<?>[] {Driver.class}, (_, method, args) -> {
                    if (method.getName().equals("workGroupInfo")) {
                        throw new OpenClException("clGetKernelWorkGroupInfo",
                                ErrorCode.OUT_OF_RESOURCES, "");
                    }
                    try {
                        return method.invoke(driver, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        OpenCl openCl = OpenCl.open(binding, noGroups).orElseThrow(IllegalStateException::new);
        try (Context context = TestOpenCl.device(openCl).createContext()) {
            assertThrows(OpenClException.class, () -> context.build("broken.cl", "nonsense"));
            assertEquals(1, openCl.ledger().createdCount(ObjectKind.PROGRAM));
            assertEquals(Map.of(ObjectKind.CONTEXT, 1L), openCl.ledger().live());
            Program program = context.build("add.cl", TestOpenCl.ADD);
            assertThrows(OpenClException.class, () -> program.createKernel("add"));
            assertEquals(1, openCl.ledger().createdCount(ObjectKind.KERNEL));
            assertEquals(0, openCl.ledger().liveCount(ObjectKind.KERNEL));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ledgerSeesWhatIsNotClosed(Binding binding) {
        OpenCl openCl = TestOpenCl.open(binding);
        Context context = TestOpenCl.device(openCl).createContext();
        context.createBuffer(4);
        context.createBuffer(4).close();
        assertEquals(Map.of(ObjectKind.CONTEXT, 1L, ObjectKind.BUFFER, 1L),
                openCl.ledger().live());
        assertEquals(2, openCl.ledger().createdCount(ObjectKind.BUFFER));
        assertEquals("live {CONTEXT=1, BUFFER=1}", openCl.ledger().toString());
        context.close();
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @Test
    void aDriverWithoutADeviceIsAnAnswer() {
        TestOpenCl.open(Binding.FFM);
        assertTrue(reason(without("devices")).contains("finds no device"));
        assertTrue(reason(without("platforms")).startsWith("OpenCL is installed, but no driver"));
    }

    private static String reason(Driver driver) {
        return ((Answer.Missing<OpenCl>) OpenCl.open(Binding.FFM, driver)).reason();
    }

    /** A driver that has none of something. */
    private static Driver without(String what) {
        Driver driver = new FfmDriver();
        return (Driver) Proxy.newProxyInstance(Driver.class.getClassLoader(),
                new Class<?>[] {Driver.class}, (_, method, args) ->
                        method.getName().equals(what)
                                ? List.of() : method.invoke(driver, args));
    }
}
