package dev.skein.ffi.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** NVIDIA's compiler of CUDA C to PTX; needs no GPU. */
public final class Nvrtc {
    /** Names the file of the library, where it is not on the loader's path. */
    static final String PROPERTY = "skein.nvrtc.library";
    private static final List<String> SONAMES = List.of("libnvrtc.so.13", "libnvrtc.so.12");
    private static final int MAX_TEXT_BYTES = 1 << 28;

    private static final Map<String, Class<?>> FUNCTIONS = Map.of(
            "nvrtcVersion", Calls.TwoPointers.class,
            "nvrtcCompileProgram", Calls.PointerIntPointer.class,
            "nvrtcGetPTXSize", Calls.TwoPointers.class,
            "nvrtcGetPTX", Calls.TwoPointers.class,
            "nvrtcGetProgramLogSize", Calls.TwoPointers.class,
            "nvrtcGetProgramLog", Calls.TwoPointers.class,
            "nvrtcDestroyProgram", Calls.OfPointer.class);

    /** How a program begins. */
    public interface Create {
        /** The code. */
        int call(MemorySegment out, MemorySegment source, MemorySegment name, int headers,
                MemorySegment texts, MemorySegment names);
    }

    private final Calls calls;
    private final Create create;

    private Nvrtc(Calls calls, Create create) {
        this.calls = calls;
        this.create = create;
    }

    /** Looks for the library of CUDA 13 or 12. */
    public static Answer<Nvrtc> open() {
        String file = System.getProperty(PROPERTY);
        if (file != null) {
            return complete(NativeLibrary.open(Path.of(file), Arena.global()));
        }
        for (String soname : SONAMES) {
            Answer<NativeLibrary> library = NativeLibrary.find(soname, Arena.global());
            if (library.toOptional().isPresent()) {
                return complete(library);
            }
        }
        return missing("libraries " + String.join(", ", SONAMES) + ": not found on this system");
    }

    private static Answer<Nvrtc> complete(Answer<NativeLibrary> library) {
        var type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS,
                ADDRESS);
        Answer<Nvrtc> found = library.then(l -> Calls.of(l, FUNCTIONS).then(calls ->
                l.function("nvrtcCreateProgram", type, Create.class).then(create ->
                        new Answer.Found<>(new Nvrtc(calls, create)))));
        return switch (found) {
            case Answer.Found<Nvrtc> f -> f;
            case Answer.Missing<Nvrtc>(String reason) -> missing(reason);
        };
    }

    private static Answer<Nvrtc> missing(String reason) {
        return new Answer.Missing<>("no compiler of CUDA C here: " + reason + "; install NVRTC"
                + " of CUDA 12 or 13");
    }

    /** Its version: {@code 13.0}. */
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 2);
            check(two("nvrtcVersion").call(numbers, numbers.asSlice(Integer.BYTES)),
                    "nvrtcVersion", "");
            return numbers.getAtIndex(JAVA_INT, 0) + "." + numbers.getAtIndex(JAVA_INT, 1);
        }
    }

    /**
     * PTX, or the compiler's first complaint.
     *
     * @param name what messages call the source
     * @param source CUDA C
     * @param options of the compiler, such as {@code --gpu-architecture=compute_90}
     */
    public Answer<String> compile(String name, String source, List<String> options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocate(ADDRESS);
            check(create.call(cell, arena.allocateFrom(source), arena.allocateFrom(name), 0, NULL,
                    NULL), "nvrtcCreateProgram", "name=" + name);
            try {
                return compile(arena, cell.get(ADDRESS, 0), name, options);
            } finally {
                calls.get("nvrtcDestroyProgram", Calls.OfPointer.class).call(cell);
            }
        }
    }

    private Answer<String> compile(Arena arena, MemorySegment program, String name,
            List<String> options) {
        MemorySegment list = arena.allocate(ADDRESS, Math.max(1, options.size()));
        for (int i = 0; i < options.size(); i++) {
            list.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        int code = calls.get("nvrtcCompileProgram", Calls.PointerIntPointer.class)
                .call(program, options.size(), list);
        if (code != 0) {
            String log = text(arena, program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
            return new Answer.Missing<>(name + " does not compile (code " + code + "): "
                    + log.lines().filter(l -> l.contains("error")).findFirst()
                            .or(() -> log.lines().filter(l -> !l.isBlank()).findFirst())
                            .map(String::strip).orElse("the compiler left no log"));
        }
        return new Answer.Found<>(text(arena, program, "nvrtcGetPTXSize", "nvrtcGetPTX"));
    }

    private String text(Arena arena, MemorySegment program, String size, String get) {
        MemorySegment bytes = arena.allocate(JAVA_LONG);
        check(two(size).call(program, bytes), size, "");
        long n = bytes.get(JAVA_LONG, 0);
        if (n < 0 || n > MAX_TEXT_BYTES) {
            throw new IllegalStateException(size + " says " + n + " bytes; at most "
                    + MAX_TEXT_BYTES);
        }
        // one more than the compiler writes, so that the text ends
        MemorySegment out = arena.allocate(n + 1);
        check(two(get).call(program, out), get, "bytes=" + n);
        return out.getString(0, StandardCharsets.UTF_8);
    }

    private Calls.TwoPointers two(String name) {
        return calls.get(name, Calls.TwoPointers.class);
    }

    private static void check(int code, String call, String arguments) {
        if (code != 0) {
            throw new CudaException(call, code, "a code of NVRTC", arguments);
        }
    }
}
