package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.ffi.opencl.Buffer;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Context;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The buffers of a plan on a device. */
final class PlanBuffers {
    /** A multiple of 16 rows is packed at once, of about this many weights. */
    private static final int PIECE_WEIGHTS = 1 << 20;

    private static final int STRIP = 16;

    private final KernelPlan plan;
    private final List<Buffer> buffers = new ArrayList<>();

    /** Some rows, packed as a matrix of their own. */
    private record Piece(int firstRow, int rows, byte[] bytes) {}

    /** Makes them all, so that a device with too little memory says so before work is done. */
    PlanBuffers(KernelPlan plan, Context context) {
        this.plan = plan;
        for (PlanBuffer buffer : plan.buffers()) {
            buffers.add(context.createBuffer(buffer.bytes()));
        }
    }

    Buffer get(int index) {
        return buffers.get(index);
    }

    /** Writes what they hold before the first step. */
    void fill(Weights weights, CommandQueue queue, IntConsumer progress) {
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get(i);
            switch (plan.buffers().get(i).content()) {
                case PlanBuffer.Matrix(WeightRef ref, WeightFormat format) ->
                        writeMatrix(weights, ref, format, buffer, queue, progress);
                case PlanBuffer.Floats(WeightRef ref) -> writeFloats(weights, ref, buffer, queue);
                case PlanBuffer.Integers(List<Integer> values) -> queue.write(
                        MemorySegment.ofArray(values.stream().mapToInt(v -> v).toArray()), buffer,
                        0);
                case PlanBuffer.Zeros() -> queue.fill(buffer, 0, buffer.byteSize(), (byte) 0);
                case PlanBuffer.Scratch() -> { }
            }
        }
        queue.finish();
    }

    private static int pieceRows(int cols) {
        return Math.max(1, PIECE_WEIGHTS / STRIP / cols) * STRIP;
    }

    private static void writeMatrix(Weights weights, WeightRef ref, WeightFormat format,
            Buffer buffer, CommandQueue queue, IntConsumer progress) {
        long scaleOffset = new PackedMatrix(format, ref.rows(), ref.cols()).scaleOffset();
        long stripBytes = new PackedMatrix(format, STRIP, ref.cols()).scaleOffset();
        int step = pieceRows(ref.cols());
        int pieces = Math.ceilDiv(ref.rows(), step);
        int atOnce = Runtime.getRuntime().availableProcessors();
        for (int from = 0; from < pieces; from += atOnce) {
            List<Piece> packed = IntStream.range(from, Math.min(pieces, from + atOnce)).parallel()
                    .mapToObj(i -> pack(weights, ref, format, i * step,
                            Math.min(step, ref.rows() - i * step))).toList();
            for (Piece piece : packed) {
                MemorySegment bytes = MemorySegment.ofArray(piece.bytes);
                long own = bytes.byteSize() - (long) Float.BYTES * piece.rows;
                // 16 rows are a multiple of 16 bytes, so that pieces follow each other
                queue.write(bytes.asSlice(0, own), buffer, piece.firstRow / STRIP * stripBytes);
                queue.write(bytes.asSlice(own), buffer,
                        scaleOffset + (long) Float.BYTES * piece.firstRow);
                progress.accept(piece.bytes.length);
            }
        }
    }

    private static Piece pack(Weights weights, WeightRef ref, WeightFormat format, int firstRow,
            int rows) {
        byte[] bytes = new PackedMatrix(format, rows, ref.cols())
                .pack(weights.quantised(ref, format, firstRow, rows));
        return new Piece(firstRow, rows, bytes);
    }

    private static void writeFloats(Weights weights, WeightRef ref, Buffer buffer,
            CommandQueue queue) {
        int step = pieceRows(ref.cols());
        for (int row = 0; row < ref.rows(); row += step) {
            float[] values = new float[Math.min(step, ref.rows() - row) * ref.cols()];
            weights.readRows(ref, row, values.length / ref.cols(), values);
            queue.write(MemorySegment.ofArray(values), buffer,
                    (long) Float.BYTES * row * ref.cols());
        }
    }
}
