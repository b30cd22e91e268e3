package dev.skein.ffi.opencl;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Asks for the OpenCL library before the generated bindings do: they load it in a static
 * initialiser, and its failure would be an error that cannot be retried, not an answer.
 */
final class OpenClLibrary {

    /** Names the file of the library, where it is not on the loader's path. */
    static final String PROPERTY = "skein.opencl.library";

    /** What the generated bindings load. */
    static final String SONAME = "libOpenCL.so.1";

    /** Came with OpenCL 1.2, so that a loader that has it has all the others. */
    private static final String NEWEST_FUNCTION = "clEnqueueFillBuffer";

    private static final String INSTALL = "; install a loader of OpenCL 1.2 or newer and a driver"
            + " for the device (Debian, for the processor: apt-get install ocl-icd-libopencl1"
            + " pocl-opencl-icd)";

    private OpenClLibrary() {}

    /** The library, loaded for as long as the process lives, or what to install. */
    static Answer<NativeLibrary> find() {
        String file = System.getProperty(PROPERTY);
        Answer<NativeLibrary> library = file == null
                ? NativeLibrary.find(SONAME, Arena.global())
                : NativeLibrary.open(Path.of(file), Arena.global());
        // one that is loaded from a file is found by the name inside it from then on
        Answer<MethodHandle> complete = library.then(OpenClLibrary::newestFunction)
                .then(_ -> NativeLibrary.find(SONAME, Arena.global()))
                .then(OpenClLibrary::newestFunction);
        return switch (complete) {
            case Answer.Found<MethodHandle> _ -> library;
            case Answer.Missing<MethodHandle> missing ->
                    new Answer.Missing<>("no OpenCL here: " + missing.reason() + INSTALL);
        };
    }

    /** Is only looked for: with this type it could not be called. */
    private static Answer<MethodHandle> newestFunction(NativeLibrary library) {
        return library.function(NEWEST_FUNCTION, FunctionDescriptor.ofVoid());
    }
}
