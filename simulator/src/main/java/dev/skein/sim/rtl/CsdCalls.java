package dev.skein.sim.rtl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;

/** The functions of {@code csd/csim/library.cpp}, which says what they do. */
record CsdCalls(Run run, Convert widen, Convert narrow) {
    private static final int ABI = 1;

    /** {@code skein_csd_abi}. */
    public interface Version {
        int abi();
    }

    /** {@code skein_csd_run}. */
    public interface Run {
        int run(MemorySegment card, MemorySegment jobs, MemorySegment results, int jobCount);
    }

    /** {@code skein_csd_widen} and {@code skein_csd_narrow}. */
    public interface Convert {
        void convert(MemorySegment from, MemorySegment to, int count);
    }

    /** All functions of a library, or which one is missing. */
    static Answer<CsdCalls> of(NativeLibrary library) {
        return library.function("skein_csd_abi", FunctionDescriptor.of(JAVA_INT), Version.class)
                .then(version -> version.abi() == ABI ? find(library)
                        : new Answer.Missing<>("library " + library.name()
                                + ": its interface has version " + version.abi() + ", not "
                                + ABI));
    }

    private static Answer<CsdCalls> find(NativeLibrary library) {
        var running = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        var converting = FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT);
        return library.function("skein_csd_run", running, Run.class).then(run ->
                library.function("skein_csd_widen", converting, Convert.class).then(widen ->
                library.function("skein_csd_narrow", converting, Convert.class).then(narrow ->
                        new Answer.Found<>(new CsdCalls(run, widen, narrow)))));
    }

    /** {@code skein_csd_card}: three addresses, then three sizes. */
    static MemorySegment card(Arena arena, MemorySegment pages, MemorySegment tables,
            MemorySegment vectors) {
        long sizesAt = 3 * ADDRESS.byteSize();
        MemorySegment card = arena.allocate(sizesAt + 4 * JAVA_INT.byteSize(),
                ADDRESS.byteAlignment());
        MemorySegment[] buffers = {pages, tables, vectors};
        for (int i = 0; i < buffers.length; i++) {
            card.setAtIndex(ADDRESS, i, buffers[i]);
            card.set(JAVA_INT, sizesAt + i * JAVA_INT.byteSize(),
                    CsdMemory.beats(buffers[i].byteSize()));
        }
        return card;
    }
}
