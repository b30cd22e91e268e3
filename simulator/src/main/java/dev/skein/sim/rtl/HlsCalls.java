package dev.skein.sim.rtl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** The functions of {@code csim/card.h}, which says what they do. */
record HlsCalls(Version abi, Board board, Open open, Close close, Number reserve, Copy write,
        Copy read, Stream stream, Buffers buffers, Number base, Region region, Run run,
        Peek peek) {

    /** {@code skein_hls_abi}. */
    public interface Version {
        int abi();
    }

    /** {@code skein_hls_board}. */
    public interface Board {
        void board(MemorySegment out);
    }

    /** {@code skein_hls_open}. */
    public interface Open {
        MemorySegment open(int cores);
    }

    /** {@code skein_hls_close}. */
    public interface Close {
        void close(MemorySegment card);
    }

    /** A number for something of a core: {@code skein_hls_reserve} and {@code skein_hls_base}. */
    public interface Number {
        int set(MemorySegment card, int core, int which, long value);
    }

    /** {@code skein_hls_write} and {@code skein_hls_read}. */
    public interface Copy {
        int copy(MemorySegment card, int core, int memory, long address, MemorySegment data,
                long bytes);
    }

    /** {@code skein_hls_stream}. */
    public interface Stream {
        int stream(MemorySegment card, int core, MemorySegment words, long bytes);
    }

    /** {@code skein_hls_buffers}. */
    public interface Buffers {
        int buffers(MemorySegment card, long act, long wgt, long par);
    }

    /** {@code skein_hls_region}. */
    public interface Region {
        int region(MemorySegment card, int core, int memory, long offset, long bytes,
                int writable);
    }

    /** {@code skein_hls_run}. */
    public interface Run {
        int run(MemorySegment card, int position, int tokens, long budget, long order,
                MemorySegment outcome);
    }

    /** {@code skein_hls_peek}. */
    public interface Peek {
        int peek(MemorySegment card, int core, int space, MemorySegment data, long bytes);
    }

    /** Looks functions up until one is missing. */
    private static final class Lookup {
        private final NativeLibrary library;
        private String missing;

        Lookup(NativeLibrary library) {
            this.library = library;
        }

        <F> F find(String name, Class<F> form, FunctionDescriptor type) {
            Answer<F> answer = library.function("skein_hls_" + name, type, form);
            if (answer instanceof Answer.Missing<F>(String reason)) {
                missing = reason;
            }
            return answer.toOptional().orElse(null);
        }
    }

    /** All functions of a library, or which one is missing. */
    static Answer<HlsCalls> of(NativeLibrary library) {
        var all = new Lookup(library);
        var number = returning(ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG);
        var copy = returning(ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);
        var calls = new HlsCalls(
                all.find("abi", Version.class, returning()),
                all.find("board", Board.class, FunctionDescriptor.ofVoid(ADDRESS)),
                all.find("open", Open.class, FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                all.find("close", Close.class, FunctionDescriptor.ofVoid(ADDRESS)),
                all.find("reserve", Number.class, number),
                all.find("write", Copy.class, copy),
                all.find("read", Copy.class, copy),
                all.find("stream", Stream.class,
                        returning(ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG)),
                all.find("buffers", Buffers.class,
                        returning(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                all.find("base", Number.class, number),
                all.find("region", Region.class,
                        returning(ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)),
                all.find("run", Run.class,
                        returning(ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS)),
                all.find("peek", Peek.class,
                        returning(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG)));
        return all.missing == null ? new Answer.Found<>(calls) : new Answer.Missing<>(all.missing);
    }

    private static FunctionDescriptor returning(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }
}
