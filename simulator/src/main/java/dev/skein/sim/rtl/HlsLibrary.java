package dev.skein.sim.rtl;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import dev.skein.hls.isa.BufferSizes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The shared library of the HLS kernels in C-simulation, built by {@code hls/src/main/cpp/build},
 * and the board it was built for.
 */
public final class HlsLibrary {
    /** System property with the path of another library than the one in the checkout. */
    public static final String PROPERTY = "skein.hls.library";

    private static final String NAME = "libskein_hls.so";
    private static final String HINT = "; build it with hls/src/main/cpp/build, which needs g++";
    private static final int ABI = 1;
    private static final int BOARD_NUMBERS = 4;

    private final HlsCalls calls;
    private final String path;
    private final int cores;
    private final BufferSizes buffers;

    private HlsLibrary(HlsCalls calls, String path) {
        this.calls = calls;
        this.path = path;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment board = arena.allocate(JAVA_LONG, BOARD_NUMBERS);
            calls.board().board(board);
            cores = number(board, 0);
            buffers = new BufferSizes(number(board, 1), number(board, 2), number(board, 3));
        }
    }

    private static int number(MemorySegment board, int i) {
        return Math.toIntExact(board.getAtIndex(JAVA_LONG, i));
    }

    /** Loads the library of this checkout; missing is one sentence that says what to run. */
    public static Answer<HlsLibrary> load() {
        String named = System.getProperty(PROPERTY);
        return open(named == null ? NativeFolder.path().resolve(NAME) : Path.of(named));
    }

    /** Loads a library by its path. */
    public static Answer<HlsLibrary> open(Path path) {
        Answer<HlsLibrary> loaded = NativeLibrary.open(path, Arena.global())
                .then(library -> HlsCalls.of(library).then(calls -> {
                    int found = calls.abi().abi();
                    return found == ABI ? new Answer.Found<>(new HlsLibrary(calls,
                            path.toString())) : new Answer.Missing<>("library " + path
                                    + ": its interface has version " + found + ", not " + ABI);
                }));
        return switch (loaded) {
            case Answer.Found<HlsLibrary> found -> found;
            case Answer.Missing<HlsLibrary> m -> new Answer.Missing<>(m.reason() + HINT);
        };
    }

    /** The functions. */
    HlsCalls calls() {
        return calls;
    }

    /** The file. */
    public String path() {
        return path;
    }

    /** Cores of the board it was built for. */
    public int cores() {
        return cores;
    }

    /** On-chip buffers of a core of that board. */
    public BufferSizes buffers() {
        return buffers;
    }
}
