package dev.skein.ffi.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * Asks for the OpenCL library before the generated bindings do: they load it in a static
 * initialiser, and its failure would be an error that cannot be retried, not an answer.
 */
final class NativeLibrary {

    /** Names the file of the library, where it is not on the loader's path. */
    static final String PROPERTY = "skein.opencl.library";

    /** What the generated bindings load. */
    static final String SONAME = "libOpenCL.so.1";

    /** Came with OpenCL 1.2, so that a loader that has it has all the others. */
    private static final String NEWEST_FUNCTION = "clEnqueueFillBuffer";

    private NativeLibrary() {}

    /** Why the library cannot be used, in a sentence; empty if it can. */
    static Optional<String> problem() {
        String file = System.getProperty(PROPERTY, SONAME);
        Optional<SymbolLookup> library = load(file);
        if (library.isEmpty()) {
            return Optional.of("the OpenCL library " + file + " was not found: install it (Debian:"
                    + " apt-get install ocl-icd-libopencl1) and a driver for the device"
                    + " (pocl-opencl-icd for the processor)");
        }
        if (library.get().find(NEWEST_FUNCTION).isEmpty()) {
            return Optional.of("the OpenCL library " + file + " has no " + NEWEST_FUNCTION
                    + ", so it is older than OpenCL 1.2: install a newer one");
        }
        // a library that is loaded under its SONAME is found by that name
        if (load(SONAME).isEmpty()) {
            return Optional.of("the OpenCL library " + file + " is not called " + SONAME
                    + " inside: give the file of a loader of the Khronos ABI");
        }
        return Optional.empty();
    }

    /** Loaded for as long as the process lives. */
    private static Optional<SymbolLookup> load(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
