package dev.skein.ffi.xrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The functions of XRT's C API that a card needs. Only {@link XrtChild} calls them. */
final class NativeXrt {
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /** A function: its name, its type, and where its variable arguments begin. */
    enum Function {
        OPEN("xrtDeviceOpen", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
        CLOSE("xrtDeviceClose", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
        LOAD("xrtDeviceLoadXclbin", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
        UUID("xrtDeviceGetXclbinUUID", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
        ALLOCATE("xrtBOAlloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT,
                JAVA_INT)),
        ADDRESS_OF("xrtBOAddress", FunctionDescriptor.of(JAVA_LONG, ADDRESS)),
        WRITE("xrtBOWrite", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG,
                JAVA_LONG)),
        READ("xrtBORead", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG,
                JAVA_LONG)),
        SYNC("xrtBOSync", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG,
                JAVA_LONG)),
        FREE("xrtBOFree", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
        KERNEL("xrtPLKernelOpen", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
        KERNEL_CLOSE("xrtKernelClose", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
        GROUP("xrtKernelArgGroupId", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT)),
        RUN("xrtRunOpen", FunctionDescriptor.of(ADDRESS, ADDRESS)),
        RUN_CLOSE("xrtRunClose", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
        SET_BUFFER("xrtRunSetArg", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS),
                Linker.Option.firstVariadicArg(2)),
        SET_INT("xrtRunSetArg", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2)),
        START("xrtRunStart", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
        WAIT("xrtRunWaitFor", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT)),
        ERROR("xrtErrorGetLast", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
                ADDRESS)),
        ERROR_TEXT("xrtErrorGetString", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG,
                ADDRESS, JAVA_LONG, ADDRESS));

        private final String symbol;
        private final FunctionDescriptor type;
        private final Linker.Option[] options;

        Function(String symbol, FunctionDescriptor type, Linker.Option... more) {
            this.symbol = symbol;
            this.type = type;
            options = new Linker.Option[more.length + 1];
            options[0] = ERRNO;
            System.arraycopy(more, 0, options, 1, more.length);
        }
    }

    /**
     * What a card does without: their header lacks {@code extern "C"} in XRT 2.13, so that its
     * library has them under the names that C++ gives them.
     */
    private static final Map<Function, String> OPTIONAL = Map.of(
            Function.ERROR, "_Z15xrtErrorGetLastPv13xrtErrorClassPmS1_",
            Function.ERROR_TEXT, "_Z17xrtErrorGetStringPvmPcmPm");

    /** Saves callers the exceptions of a method handle. */
    public interface Invoker {
        /** Calls it: the state of the call first, then what the function takes. */
        Object call(Object[] arguments);
    }

    /** A call that did not do what it was for. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String function;
        private final long result;
        private final int errno;

        Failed(String function, long result, int errno) {
            super(function + " gave " + result + ", errno " + errno);
            this.function = function;
            this.result = result;
            this.errno = errno;
        }

        String function() {
            return function;
        }

        long result() {
            return result;
        }

        int errno() {
            return errno;
        }
    }

    private final Map<Function, Invoker> handles = new EnumMap<>(Function.class);
    private final MemorySegment state;
    private final long errnoOffset;

    private NativeXrt(Arena arena) {
        var layout = Linker.Option.captureStateLayout();
        state = arena.allocate(layout);
        errnoOffset = layout.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    }

    /** Loads the library and finds all functions. */
    static Answer<NativeXrt> open(Path library, Arena arena) {
        return NativeLibrary.open(library, arena).then(loaded -> {
            var xrt = new NativeXrt(arena);
            for (Function f : Function.values()) {
                switch (find(loaded, f)) {
                    case Answer.Found<MethodHandle>(MethodHandle handle) ->
                            xrt.handles.put(f, invoker(handle));
                    case Answer.Missing<MethodHandle>(String reason) -> {
                        if (OPTIONAL.containsKey(f)) {
                            continue;
                        }
                        return new Answer.Missing<>(reason + "; XRT from 2.13 has it");
                    }
                }
            }
            return new Answer.Found<>(xrt);
        });
    }

    private static Answer<MethodHandle> find(NativeLibrary loaded, Function f) {
        Answer<MethodHandle> plain = loaded.function(f.symbol, f.type, f.options);
        return plain instanceof Answer.Missing && OPTIONAL.containsKey(f)
                ? loaded.function(OPTIONAL.get(f), f.type, f.options) : plain;
    }

    /** Whether the library has a function that not each has. */
    boolean has(Function f) {
        return handles.containsKey(f);
    }

    static Invoker invoker(MethodHandle handle) {
        return MethodHandleProxies.asInterfaceInstance(Invoker.class, handle
                .asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class)));
    }

    /** A pointer that must not be null. */
    MemorySegment pointer(Function f, Object... arguments) throws Failed {
        var found = (MemorySegment) call(f, arguments);
        if (found.address() == 0) {
            throw new Failed(f.symbol, 0, errno());
        }
        return found;
    }

    /** A function that gives 0 when it did its work. */
    void done(Function f, Object... arguments) throws Failed {
        int result = (int) call(f, arguments);
        if (result != 0) {
            throw new Failed(f.symbol, result, errno());
        }
    }

    /** A function that gives a number. */
    long number(Function f, Object... arguments) {
        return ((Number) call(f, arguments)).longValue();
    }

    private int errno() {
        return state.get(JAVA_INT, errnoOffset);
    }

    private Object call(Function f, Object... arguments) {
        var all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        state.set(JAVA_INT, errnoOffset, 0);
        return handles.get(f).call(all);
    }
}
