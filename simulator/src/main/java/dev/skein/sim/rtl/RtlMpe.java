package dev.skein.sim.rtl;

import dev.skein.hls.board.MatrixEngine;
import dev.skein.sim.functional.MatrixMultiplier;
import dev.skein.sim.functional.MatrixOperation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The MPE of {@code skein_mpe.sv} under Verilator, with its buffers and controller: one MM, MV,
 * SPMM or SPMV after the other, and the cycles that each takes.
 */
public final class RtlMpe implements MatrixMultiplier, AutoCloseable {
    /** Cycles of an instruction beyond its steps: see skein_mpe.sv. */
    static final int LATENCY = 38;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int FIELDS = 13;
    private static final int MV_COLUMNS = 32;
    private static final int MM_COLUMNS = 16;

    private final Arena arena = Arena.ofShared();
    private final Run run;
    private final Close close;
    private final MemorySegment mpe;
    private final MatrixEngine size;
    private long operations;
    private long cycles;
    private long nanos;

    /** {@code skein_mpe_run} of cosim/mpe.cpp. */
    public interface Run {
        /** Cycles, or a refusal below 0. */
        long run(MemorySegment mpe, MemorySegment act, MemorySegment wgt, MemorySegment operation,
                MemorySegment sums);
    }

    /** {@code skein_mpe_close} of cosim/mpe.cpp. */
    public interface Close {
        /** Frees what {@code skein_mpe_open} gave. */
        void close(MemorySegment mpe);
    }

    /**
     * Loads the library and resets an MPE.
     *
     * @throws IOException if it is missing or of another version; the message says what to run
     */
    public RtlMpe() throws IOException {
        boolean open = false;
        try {
            var library = new RtlLibrary(arena);
            run = library.function("skein_mpe_run", FunctionDescriptor.of(LONG,
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS), Run.class);
            close = library.function("skein_mpe_close",
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS), Close.class);
            int found = number(library, "skein_mpe_operation_bytes");
            if (found != 4 * FIELDS) {
                throw RtlLibrary.buildIt("an operation of the RTL's library has " + found
                        + " bytes, here " + 4 * FIELDS);
            }
            int rows = number(library, "skein_mpe_rows");
            int pairs = number(library, "skein_mpe_pairs");
            size = new MatrixEngine(new MatrixEngine.Shape(2 * pairs, rows, MM_COLUMNS),
                    new MatrixEngine.Shape(1, rows * pairs / 2, MV_COLUMNS), LATENCY);
            mpe = library.function("skein_mpe_open", FunctionDescriptor.of(ValueLayout.ADDRESS),
                    Open.class).get();
            open = true;
        } finally {
            if (!open) {
                arena.close();
            }
        }
    }

    /** {@code skein_mpe_open} of cosim/mpe.cpp. */
    public interface Open extends Supplier<MemorySegment> {
    }

    private static int number(RtlLibrary library, String name) throws IOException {
        return library.function(name, FunctionDescriptor.of(INT), IntSupplier.class).getAsInt();
    }

    /** Whether the library has been built. */
    public static boolean isBuilt() {
        return RtlLibrary.isBuilt();
    }

    /** Shapes of the array, and its depth: what the cycle simulator charges by. */
    public MatrixEngine size() {
        return size;
    }

    /** Instructions that {@link #multiply} has run. */
    public long operations() {
        return operations;
    }

    /** Cycles that they took. */
    public long cycles() {
        return cycles;
    }

    /** Time of this machine that they took, filling of the buffers included, nanoseconds. */
    public long nanos() {
        return nanos;
    }

    /** What the cycle simulator charges for an operation on an MPE of this size. */
    public long expectedCycles(MatrixOperation o) {
        return switch (o.kind()) {
            case MM -> size.mmCycles(o.m(), o.n(), o.k());
            case MV -> size.mvCycles(o.m(), o.n(), o.k());
            case SPMM -> size.spmmCycles(o.m(), o.n(), o.steps());
            case SPMV -> size.spmvCycles(o.m(), o.n(), o.steps());
        };
    }

    /**
     * Runs one operation.
     *
     * @param sums written, {@code [m, n]}
     * @param clear whether the accumulators begin at 0, or at what the operation before left there,
     *     which had the same m and n
     * @return cycles from the start to the last sum
     * @throws IllegalStateException if the RTL refuses it, with the reason
     */
    public long run(MatrixOperation o, MemorySegment act, MemorySegment wgt, long[] sums,
            boolean clear) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment operation = operation(o, clear, call);
            MemorySegment out = call.allocate(LONG, (long) o.m() * o.n());
            long taken = run.run(mpe, outside(act, call), outside(wgt, call), operation, out);
            if (taken < 0) {
                throw new IllegalStateException("RTL of the MPE, " + o + ": " + refusal(taken));
            }
            MemorySegment.copy(out, LONG, 0, sums, 0, o.m() * o.n());
            return taken;
        }
    }

    /** As cosim/tile.h has it. */
    static MemorySegment operation(MatrixOperation o, boolean clear, Arena arena) {
        return arena.allocateFrom(INT, o.kind().ordinal(), o.m(), o.n(), o.k(), o.act(),
                o.actStride(), o.weight(), o.bits().bits(), o.groupSize(),
                o.transposed() ? 1 : 0, o.stripBytes(), o.steps(), clear ? 1 : 0);
    }

    /** Foreign functions see memory outside of the heap only. */
    private static MemorySegment outside(MemorySegment buffer, Arena arena) {
        return buffer.isNative() ? buffer : arena.allocate(buffer.byteSize()).copyFrom(buffer);
    }

    private static String refusal(long code) {
        return switch ((int) code) {
            case -1 -> "larger than the buffers of the co-simulation";
            case -2 -> "its strips are not what it says";
            case -3 -> "not an operation of the MPE";
            default -> "no end after the cycles that its steps take";
        };
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException also if it takes another time than {@link #expectedCycles}
     */
    @Override
    public void multiply(MatrixOperation operation, MemorySegment act, MemorySegment wgt,
            long[] sums) {
        long[] found = new long[Math.multiplyExact(operation.m(), operation.n())];
        long start = System.nanoTime();
        long taken = run(operation, act, wgt, found, true);
        nanos += System.nanoTime() - start;
        if (taken != expectedCycles(operation)) {
            throw new IllegalStateException("RTL of the MPE, " + operation + ": " + taken
                    + " cycles, the cycle simulator charges " + expectedCycles(operation));
        }
        operations++;
        cycles += taken;
        for (int i = 0; i < found.length; i++) {
            sums[i] += found[i];
        }
    }

    @Override
    public void close() {
        close.close(mpe);
        arena.close();
    }
}
