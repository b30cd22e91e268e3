package dev.skein.sim.rtl;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import dev.skein.hls.number.KvPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention kernel for storage cards in C-simulation, {@code libskein_csd.so}, built by
 * {@code hls/src/main/cpp/csd/build}. It keeps a head in static memory, as the card does, so it
 * does one call at a time in a process.
 */
public final class CsdKernel {
    /** File name of the library. */
    public static final String NAME = "libskein_csd.so";

    private static final String HINT =
            "; build it with hls/src/main/cpp/csd/build, which needs g++";

    /** A library is loaded once in a process however often it is opened: one lock for all. */
    private static final Object ONE_CALL = new Object();

    private final CsdCalls calls;

    private CsdKernel(CsdCalls calls) {
        this.calls = calls;
    }

    /** The kernel that the build of this checkout left; missing is one sentence. */
    public static Answer<CsdKernel> built() {
        return open(NativeFolder.path().resolve(NAME));
    }

    /** The kernel in a library. */
    public static Answer<CsdKernel> open(Path path) {
        Answer<CsdKernel> loaded = NativeLibrary.open(path, Arena.global()).then(CsdCalls::of)
                .then(calls -> new Answer.Found<>(new CsdKernel(calls)));
        return switch (loaded) {
            case Answer.Found<CsdKernel> found -> found;
            case Answer.Missing<CsdKernel> m -> new Answer.Missing<>(m.reason() + HINT);
        };
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
                MemorySegment card = CsdCalls.card(arena, copy(arena, memory.pages()),
                        copy(arena, memory.tables()), vectors);
                calls.run().run(card, copy(arena, jobs), results, count);
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
            calls.widen().convert(arena.allocateFrom(ValueLayout.JAVA_SHORT, halves), out,
                    halves.length);
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /** Binary16 numbers that the kernel makes of results. */
    short[] narrow(float[] values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_SHORT, values.length);
            calls.narrow().convert(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), out,
                    values.length);
            return out.toArray(ValueLayout.JAVA_SHORT);
        }
    }
}
