package dev.skein.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A shared library and its functions. It is loaded once and unloaded when its arena closes; a call
 * after that fails with an exception, not with a crash. Whoever names a function also says what it
 * takes and gives: no loader can check that.
 *
 * <pre>{@code
 * NativeLibrary.open(path, arena)
 *         .then(library -> library.function("add", FunctionDescriptor.of(JAVA_INT, JAVA_INT)))
 *         .orElseThrow(IOException::new)
 * }</pre>
 */
public final class NativeLibrary {
    private static final Linker LINKER = Linker.nativeLinker();

    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /**
     * Loads the library in a file.
     *
     * @param path the file
     * @param arena holds the library in memory until it closes
     */
    @SuppressWarnings("restricted") // loading a library runs its code: what this class is for
    public static Answer<NativeLibrary> open(Path path, Arena arena) {
        if (!Files.isRegularFile(path)) {
            return new Answer.Missing<>("library " + path + ": no such file");
        }
        Path file = path.toAbsolutePath();
        try {
            return new Answer.Found<>(new NativeLibrary(path.toString(),
                    SymbolLookup.libraryLookup(file, arena)));
        } catch (IllegalArgumentException e) {
            return new Answer.Missing<>("library " + path
                    + ": not one that this system can load");
        }
    }

    /**
     * Loads a library that the system's loader finds by name, such as {@code libOpenCL.so.1}.
     *
     * @param soname its name
     * @param arena holds the library in memory until it closes
     */
    @SuppressWarnings("restricted") // as open
    public static Answer<NativeLibrary> find(String soname, Arena arena) {
        try {
            return new Answer.Found<>(new NativeLibrary(soname,
                    SymbolLookup.libraryLookup(soname, arena)));
        } catch (IllegalArgumentException e) {
            return new Answer.Missing<>("library " + soname + ": not found on this system");
        }
    }

    /**
     * A function.
     *
     * @param symbol its name in the library
     * @param type what it takes and gives
     */
    public Answer<MethodHandle> function(String symbol, FunctionDescriptor type) {
        return function(symbol, type, new Linker.Option[0]);
    }

    /** As {@link #function(String, FunctionDescriptor)}, with variable arguments or errno. */
    @SuppressWarnings("restricted") // the caller answers for the type
    public Answer<MethodHandle> function(String symbol, FunctionDescriptor type,
            Linker.Option... options) {
        Optional<MemorySegment> address = symbols.find(symbol);
        if (address.isEmpty()) {
            return new Answer.Missing<>("library " + name + ": no function " + symbol);
        }
        return new Answer.Found<>(LINKER.downcallHandle(address.get(), type,
                options));
    }

    /**
     * A function as an interface, which saves its caller the exceptions of a method handle: a call
     * throws none but those of a call after the arena closed.
     *
     * @param symbol its name in the library
     * @param type what it takes and gives
     * @param form a public interface with one method of the matching Java types
     */
    public <F> Answer<F> function(String symbol, FunctionDescriptor type, Class<F> form) {
        return function(symbol, type).then(handle ->
                new Answer.Found<>(MethodHandleProxies.asInterfaceInstance(form, handle)));
    }

    /** How it was named when it was opened, for messages. */
    public String name() {
        return name;
    }
}
