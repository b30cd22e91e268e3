package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
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
    private final List<GpuBuffer> buffers = new ArrayList<>();

    /** Some rows, packed as a matrix of their own. */
    private record Piece(int firstRow, int rows, byte[] bytes) {}

    /** Makes them all, so that a device with too little memory says so before work is done. */
    PlanBuffers(KernelPlan plan, GpuDevice device) {
        this.plan = plan;
        for (PlanBuffer buffer : plan.buffers()) {
            buffers.add(device.createBuffer(buffer.bytes()));
        }
    }

    GpuBuffer get(int index) {
        return buffers.get(index);
    }

    /** Writes what they hold before the first step. */
    void fill(Weights weights, GpuDevice device, IntConsumer progress) {
        for (int i = 0; i < buffers.size(); i++) {
            GpuBuffer buffer = buffers.get(i);
            switch (plan.buffers().get(i).content()) {
                case PlanBuffer.Matrix(WeightRef ref, WeightFormat format) ->
                        writeMatrix(weights, ref, format, buffer, progress);
                case PlanBuffer.Floats(WeightRef ref) -> writeFloats(weights, ref, buffer);
                case PlanBuffer.Integers(List<Integer> values) -> buffer.write(0,
                        MemorySegment.ofArray(values.stream().mapToInt(v -> v).toArray()));
                case PlanBuffer.Zeros() -> buffer.fill((byte) 0);
                case PlanBuffer.Scratch() -> { }
            }
        }
        device.finish();
    }

    private static int pieceRows(int cols) {
        return Math.max(1, PIECE_WEIGHTS / STRIP / cols) * STRIP;
    }

    private static void writeMatrix(Weights weights, WeightRef ref, WeightFormat format,
            GpuBuffer buffer, IntConsumer progress) {
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
                buffer.write(piece.firstRow / STRIP * stripBytes, bytes.asSlice(0, own));
                buffer.write(scaleOffset + (long) Float.BYTES * piece.firstRow,
                        bytes.asSlice(own));
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

    private static void writeFloats(Weights weights, WeightRef ref, GpuBuffer buffer) {
        int step = pieceRows(ref.cols());
        for (int row = 0; row < ref.rows(); row += step) {
            float[] values = new float[Math.min(step, ref.rows() - row) * ref.cols()];
            weights.readRows(ref, row, values.length / ref.cols(), values);
            buffer.write((long) Float.BYTES * row * ref.cols(), MemorySegment.ofArray(values));
        }
    }
}
