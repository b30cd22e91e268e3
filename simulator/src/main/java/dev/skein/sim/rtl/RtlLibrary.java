package dev.skein.sim.rtl;

import dev.skein.ffi.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandleProxies;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Verilated RTL, {@code libskein_rtl.so}. */
final class RtlLibrary {
    private static final String NAME = "libskein_rtl.so";

    private final NativeLibrary library;

    /**
     * Loads it.
     *
     * @throws IOException if it is missing; the message says what to run
     */
    RtlLibrary(Arena arena) throws IOException {
        library = NativeLibrary.open(file(), arena).orElseThrow(RtlLibrary::buildIt);
    }

    /**
     * A function of it.
     *
     * @param shape a public interface with one method of that type, by which it is called
     * @throws IOException if the library is of another version
     */
    <T> T function(String name, FunctionDescriptor type, Class<T> shape) throws IOException {
        return MethodHandleProxies.asInterfaceInstance(shape,
                library.function(name, type).orElseThrow(RtlLibrary::buildIt));
    }

    private static Path file() {
        return NativeFolder.path().resolve(NAME);
    }

    /** Whether it has been built. */
    static boolean isBuilt() {
        return Files.isReadable(file());
    }

    static IOException buildIt(String reason) {
        return new IOException(reason + ": run hls/src/main/rtl/build, which needs Verilator");
    }
}
