package dev.skein.ffi.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Functions of CUDA by the shape of their arguments; all return a code, 0 if done.
 * Device addresses are 64-bit integers, devices 32-bit ones, all else pointers.
 */
final class Calls {
    /** Of one integer. */
    public interface OfInt {
        /** The code. */
        int call(int a);
    }

    /** Of one device address. */
    public interface OfLong {
        /** The code. */
        int call(long a);
    }

    /** Of one pointer. */
    public interface OfPointer {
        /** The code. */
        int call(MemorySegment a);
    }

    /** Of a pointer and an integer. */
    public interface PointerInt {
        /** The code. */
        int call(MemorySegment a, int b);
    }

    /** Of an integer and a pointer. */
    public interface IntPointer {
        /** The code. */
        int call(int a, MemorySegment b);
    }

    /** Of a pointer and two integers. */
    public interface PointerIntInt {
        /** The code. */
        int call(MemorySegment a, int b, int c);
    }

    /** Of a pointer, an integer and a pointer. */
    public interface PointerIntPointer {
        /** The code. */
        int call(MemorySegment a, int b, MemorySegment c);
    }

    /** Of two pointers and a 64-bit set of flags. */
    public interface TwoPointersLong {
        /** The code. */
        int call(MemorySegment a, MemorySegment b, long c);
    }

    /** Of a pointer and a size. */
    public interface PointerLong {
        /** The code. */
        int call(MemorySegment a, long b);
    }

    /** Of two pointers. */
    public interface TwoPointers {
        /** The code. */
        int call(MemorySegment a, MemorySegment b);
    }

    /** Of three pointers. */
    public interface ThreePointers {
        /** The code. */
        int call(MemorySegment a, MemorySegment b, MemorySegment c);
    }

    /** Of four pointers. */
    public interface FourPointers {
        /** The code. */
        int call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d);
    }

    /** To the device: address, host memory, size. */
    public interface ToDevice {
        /** The code. */
        int call(long a, MemorySegment b, long c);
    }

    /** From the device: host memory, address, size. */
    public interface FromDevice {
        /** The code. */
        int call(MemorySegment a, long b, long c);
    }

    /** Two addresses and a size. */
    public interface Within {
        /** The code. */
        int call(long a, long b, long c);
    }

    /** Address, byte, size. */
    public interface Fill {
        /** The code. */
        int call(long a, byte b, long c);
    }

    /** To the device in the order of a stream: address, host memory, size, stream. */
    public interface ToDeviceInOrder {
        /** The code. */
        int call(long a, MemorySegment b, long c, MemorySegment d);
    }

    /** From the device in the order of a stream: host memory, address, size, stream. */
    public interface FromDeviceInOrder {
        /** The code. */
        int call(MemorySegment a, long b, long c, MemorySegment d);
    }

    /** Address, byte, size, stream. */
    public interface FillInOrder {
        /** The code. */
        int call(long a, byte b, long c, MemorySegment d);
    }

    private static final Map<Class<?>, FunctionDescriptor> TYPES = Map.ofEntries(
            type(OfInt.class, JAVA_INT), type(OfLong.class, JAVA_LONG),
            type(OfPointer.class, ADDRESS), type(PointerInt.class, ADDRESS, JAVA_INT),
            type(IntPointer.class, JAVA_INT, ADDRESS),
            type(PointerIntInt.class, ADDRESS, JAVA_INT, JAVA_INT),
            type(PointerIntPointer.class, ADDRESS, JAVA_INT, ADDRESS),
            type(PointerLong.class, ADDRESS, JAVA_LONG), type(TwoPointers.class, ADDRESS, ADDRESS),
            type(TwoPointersLong.class, ADDRESS, ADDRESS, JAVA_LONG),
            type(ThreePointers.class, ADDRESS, ADDRESS, ADDRESS),
            type(FourPointers.class, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
            type(ToDevice.class, JAVA_LONG, ADDRESS, JAVA_LONG),
            type(FromDevice.class, ADDRESS, JAVA_LONG, JAVA_LONG),
            type(Within.class, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            type(Fill.class, JAVA_LONG, JAVA_BYTE, JAVA_LONG),
            type(ToDeviceInOrder.class, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS),
            type(FromDeviceInOrder.class, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS),
            type(FillInOrder.class, JAVA_LONG, JAVA_BYTE, JAVA_LONG, ADDRESS));

    private final Map<String, Object> functions = new HashMap<>();

    private static Map.Entry<Class<?>, FunctionDescriptor> type(Class<?> form,
            MemoryLayout... arguments) {
        return Map.entry(form, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private Calls() {}

    /**
     * Looks all functions up.
     *
     * @param wanted their names and forms
     */
    static Answer<Calls> of(NativeLibrary library, Map<String, Class<?>> wanted) {
        var calls = new Calls();
        for (Map.Entry<String, Class<?>> f : wanted.entrySet()) {
            switch (library.function(f.getKey(), TYPES.get(f.getValue()), f.getValue())) {
                case Answer.Found<?>(Object function) -> calls.functions.put(f.getKey(), function);
                case Answer.Missing<?>(String reason) -> {
                    return new Answer.Missing<>(reason);
                }
            }
        }
        return new Answer.Found<>(calls);
    }

    /** A function of {@link #of}, in the form it was asked for. */
    <F> F get(String name, Class<F> form) {
        return form.cast(functions.get(name));
    }
}
