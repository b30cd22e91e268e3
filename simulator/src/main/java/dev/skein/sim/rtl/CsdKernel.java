package dev.skein.sim.rtl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import dev.skein.hls.number.KvPages;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention kernel for storage cards in C-simulation, {@code libskein_csd.so}, built by
 * {@code hls/src/main/cpp/csd/build}. It keeps a head in static memory, as the card does, so it does
 * one call at a time in a process.
 */
public final class CsdKernel {
    /** File name of the library. */
    public static final String NAME = "libskein_csd.so";

    private static final int ABI = 1;
    private static final String HINT =
            "; build it with hls/src/main/cpp/csd/build, which needs g++";

    /** A library is loaded once in a process however often it is opened: one lock for all. */
    private static final Object ONE_CALL = new Object();

    private final Run run;
    private final Convert widen;
    private final Convert narrow;

    private CsdKernel(Run run, Convert widen, Convert narrow) {
        this.run = run;
        this.widen = widen;
        this.narrow = narrow;
    }

    /** {@code skein_csd_abi}. */
    public interface Version {
        int abi();
    }

    /** {@code skein_csd_run}. */
    public interface Run {
        int run(MemorySegment jobs, MemorySegment pages, MemorySegment tables,
                MemorySegment vectors, MemorySegment results, int jobCount, int pageBeats,
                int tableBeats, int vectorBeats);
    }

    /** {@code skein_csd_widen} and {@code skein_csd_narrow}. */
    public interface Convert {
        void convert(MemorySegment from, MemorySegment to, int count);
    }

    /** The kernel that the build of this checkout left; missing is one sentence. */
    public static Answer<CsdKernel> built() {
        return open(NativeFolder.path().resolve(NAME));
    }

    /** The kernel in a library. */
    public static Answer<CsdKernel> open(Path path) {
        Answer<CsdKernel> loaded = NativeLibrary.open(path, Arena.global())
                .then(library -> library.function("skein_csd_abi", FunctionDescriptor.of(JAVA_INT),
                        Version.class).then(version -> of(library, version.abi())));
        return switch (loaded) {
            case Answer.Found<CsdKernel> found -> found;
            case Answer.Missing<CsdKernel> m -> new Answer.Missing<>(m.reason() + HINT);
        };
    }

    private static Answer<CsdKernel> of(NativeLibrary library, int abi) {
        if (abi != ABI) {
            return new Answer.Missing<>("library " + library.name()
                    + ": its interface has version " + abi + ", not " + ABI);
        }
        var running = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        var converting = FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT);
        return library.function("skein_csd_run", running, Run.class).then(run ->
                library.function("skein_csd_widen", converting, Convert.class).then(widen ->
                library.function("skein_csd_narrow", converting, Convert.class).then(narrow ->
                        new Answer.Found<>(new CsdKernel(run, widen, narrow)))));
    }

    /** Descriptors of jobs, as the kernel reads them. */
    public static byte[] encode(List<CsdJob> jobs) {
        ByteBuffer out = ByteBuffer.allocate(jobs.size() * CsdJob.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        jobs.forEach(job -> job.write(out));
        return out.array();
    }

    /**
     * Does jobs.
     *
     * @param jobs descriptors
     * @param memory of the card, whose vectors change
     * @return a result for each
     */
    public List<CsdResult> run(byte[] jobs, CsdMemory memory) {
        ByteBuffer results = ByteBuffer.wrap(runRaw(jobs, memory)).order(ByteOrder.LITTLE_ENDIAN);
        List<CsdResult> out = new ArrayList<>();
        for (int at = 0; at < results.capacity(); at += CsdResult.BYTES) {
            out.add(CsdResult.read(results.position(at)));
        }
        return out;
    }

    /** As {@link #run}, with the results as the kernel writes them. */
    byte[] runRaw(byte[] jobs, CsdMemory memory) {
        int count = jobs.length / CsdJob.BYTES;
        synchronized (ONE_CALL) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment vectors = copy(arena, memory.vectors());
                MemorySegment results = copy(arena, new byte[count * CsdResult.BYTES]);
                run.run(copy(arena, jobs), copy(arena, memory.pages()),
                        copy(arena, memory.tables()), vectors, results, count,
                        CsdMemory.beats(memory.pages()), CsdMemory.beats(memory.tables()),
                        CsdMemory.beats(memory.vectors()));
                MemorySegment.copy(vectors, ValueLayout.JAVA_BYTE, 0, memory.vectors(), 0,
                        memory.vectors().length);
                return results.toArray(ValueLayout.JAVA_BYTE);
            }
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length), KvPages.BEAT_BYTES);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.asSlice(0, bytes.length);
    }

    /** Values of binary16 numbers as the kernel widens them. */
    float[] widen(short[] halves) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT, halves.length);
            widen.convert(arena.allocateFrom(ValueLayout.JAVA_SHORT, halves), out, halves.length);
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /** Binary16 numbers that the kernel makes of results. */
    short[] narrow(float[] values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_SHORT, values.length);
            narrow.convert(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), out,
                    values.length);
            return out.toArray(ValueLayout.JAVA_SHORT);
        }
    }
}
