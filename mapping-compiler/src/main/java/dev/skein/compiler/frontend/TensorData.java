package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** What every reader does with tensor data: sizes, overlaps, decoding. */
final class TensorData {

    private TensorData() {
    }

    /** Stored bytes of a tensor whose extents have an exact product; rows must be whole blocks. */
    static long bytes(ByteCursor in, long at, String field, BlockFormat format, long[] shape) {
        long inner = shape.length == 0 ? 1 : shape[shape.length - 1];
        if (inner % format.blockElements() != 0) {
            throw in.bad(at, field + " ne[0]", inner, format + " rows are whole blocks of "
                    + format.blockElements(), ByteCursor.CONVERT_AGAIN);
        }
        long elements = 1;
        for (long extent : shape) {
            elements *= extent;
        }
        long blocks = elements / format.blockElements();
        if (blocks > Long.MAX_VALUE / format.blockBytes()) {
            throw in.bad(at, field, elements + " elements", "its bytes must fit in 63 bits",
                    ByteCursor.FETCH_AGAIN);
        }
        return blocks * format.blockBytes();
    }

    /** Refuses two tensors that share a byte. */
    static void refuseOverlaps(String file, Collection<TensorInfo> tensors) {
        List<TensorInfo> inOrder = inOrder(tensors);
        for (int i = 1; i < inOrder.size(); i++) {
            TensorInfo before = inOrder.get(i - 1);
            TensorInfo info = inOrder.get(i);
            if (info.offset() < before.offset() + before.bytes()) {
                throw new FormatException(file, info.offset(), "tensor " + info.name(),
                        "data inside that of " + before.name(), "tensors must not overlap",
                        ByteCursor.CONVERT_AGAIN);
            }
        }
    }

    /** The tensors that have bytes, as they lie in the file. */
    static List<TensorInfo> inOrder(Collection<TensorInfo> tensors) {
        return tensors.stream().filter(info -> info.bytes() > 0)
                .sorted(Comparator.comparingLong(TensorInfo::offset)).toList();
    }

    /** Copies stored bytes. */
    static void readBytes(MappedFile file, TensorInfo info, long byteOffset, byte[] dst,
            int dstOffset, int count) {
        Objects.checkFromIndexSize(byteOffset, count, info.bytes());
        Objects.checkFromIndexSize(dstOffset, count, dst.length);
        MemorySegment.copy(file.bytes(), ValueLayout.JAVA_BYTE, info.offset() + byteOffset, dst,
                dstOffset, count);
    }

    /** Decodes elements that may begin and end inside a block. */
    static void read(MappedFile file, TensorInfo info, long elementOffset, float[] dst,
            int dstOffset, int count) {
        BlockFormat format = info.format();
        if (!format.decodable()) {
            throw new FormatException(file.name(), info.offset(), "tensor " + info.name(),
                    format + " values", "weights are floating point or quantised blocks",
                    "convert this tensor to F32, F16 or BF16");
        }
        Objects.checkFromIndexSize(elementOffset, count, info.elements());
        Objects.checkFromIndexSize(dstOffset, count, dst.length);
        int block = format.blockElements();
        float[] scratch = null;
        int done = 0;
        while (done < count) {
            long element = elementOffset + done;
            long at = info.offset() + element / block * format.blockBytes();
            int skip = (int) (element % block);
            int whole = (count - done) / block;
            if (skip == 0 && whole > 0) {
                format.decode(file.bytes(), at, dst, dstOffset + done, whole);
                done += whole * block;
            } else {
                scratch = scratch == null ? new float[block] : scratch;
                format.decode(file.bytes(), at, scratch, 0, 1);
                int part = Math.min(block - skip, count - done);
                System.arraycopy(scratch, skip, dst, dstOffset + done, part);
                done += part;
            }
        }
    }
}
