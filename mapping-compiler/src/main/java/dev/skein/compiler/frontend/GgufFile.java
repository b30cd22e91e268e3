package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A GGUF file, version 2 or 3, little-endian: metadata and tensors.
 *
 * <p>GGUF stores a tensor's extents innermost first; {@link TensorInfo#shape} has them outermost
 * first. Attention's q and k weights of LLaMA-like models keep the row order of the converter,
 * which pairs rotary dimensions (2i, 2i + 1).
 *
 * <p>Source: the GGUF specification of the ggml project. Stricter than it: no arrays of arrays, no
 * extents of 0, no integers beyond 2^63 - 1, tensors must not overlap.
 */
public final class GgufFile implements TensorSource {
    private static final int DEFAULT_ALIGNMENT_BYTES = 32;
    private static final int MOST_DIMENSIONS = 4;
    private static final String ALIGNMENT_KEY = "general.alignment";
    private static final String SPLIT_KEY = "split.count";

    private final MappedFile file;
    private final GgufHeader header;
    private final long entriesEnd;
    private final Map<String, TensorInfo> tensors;

    private GgufFile(MappedFile file, ReaderLimits limits) {
        this.file = file;
        header = new GgufHeader(file, limits);
        entriesEnd = header.in.position();
        requireWhole();
        tensors = Collections.unmodifiableMap(readTensors(limits));
    }

    /**
     * Maps and checks a file.
     *
     * @throws FormatException if it breaks a rule of the format
     * @throws IOException if it is missing or unreadable
     */
    public static GgufFile open(Path path) throws IOException {
        return open(MappedFile.open(path), ReaderLimits.DEFAULT);
    }

    /** Reads a file held in memory. */
    public static GgufFile ofBytes(String name, byte[] content) {
        return open(MappedFile.ofBytes(name, content), ReaderLimits.DEFAULT);
    }

    static GgufFile open(MappedFile file, ReaderLimits limits) {
        try {
            return new GgufFile(file, limits);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Format version, 2 or 3. */
    public int version() {
        return header.version;
    }

    /**
     * The key-value pairs: {@link Long}, {@link Double}, {@link Boolean}, {@link String}; arrays as
     * {@code long[]} (also of truth values), {@code double[]} or {@code List<String>}.
     */
    public Metadata metadata() {
        return header.metadata;
    }

    /** A GGUF file with this one's metadata and no tensors. */
    public byte[] metadataBytes() {
        int entryBytes = Math.toIntExact(entriesEnd - header.entriesOffset);
        ByteBuffer out = ByteBuffer.allocate(24 + entryBytes).order(ByteOrder.LITTLE_ENDIAN);
        MemorySegment from = file.bytes();
        out.put(from.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE));
        out.putLong(0).putLong(header.entryCount);
        out.put(from.asSlice(header.entriesOffset, entryBytes).toArray(ValueLayout.JAVA_BYTE));
        return out.array();
    }

    @Override
    public String description() {
        return file.name() + " (GGUF v" + header.version + ")";
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public boolean hasData() {
        return true;
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count) {
        TensorData.read(file, tensor(name), elementOffset, dst, dstOffset, count);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        TensorData.readBytes(file, tensor(name), byteOffset, dst, dstOffset, count);
    }

    @Override
    public void close() {
        file.close();
    }

    /** A model split over several files has its other tensors elsewhere. */
    private void requireWhole() {
        int parts = header.metadata.integer(SPLIT_KEY, 0, Integer.MAX_VALUE, 0);
        if (parts > 1) {
            throw header.metadata.error(SPLIT_KEY, "one part of " + parts,
                    "a model is read from one file", "merge the parts with llama-gguf-split"
                    + " --merge");
        }
    }

    private long alignment(ReaderLimits limits) {
        long alignment = header.metadata.integer(ALIGNMENT_KEY, 1, limits.alignmentBytes(),
                DEFAULT_ALIGNMENT_BYTES);
        if (Long.bitCount(alignment) != 1) {
            throw header.metadata.error(ALIGNMENT_KEY, alignment, "it is a power of two");
        }
        return alignment;
    }

    private Map<String, TensorInfo> readTensors(ReaderLimits limits) {
        ByteCursor in = header.in;
        long alignment = alignment(limits);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (long i = 0; i < header.tensorCount; i++) {
            Row row = readRow(in, limits);
            if (rows.putIfAbsent(row.name, row) != null) {
                throw in.bad(row.at, "tensor name", row.name, "each tensor stands once",
                        ByteCursor.CONVERT_AGAIN);
            }
        }
        long dataOffset = Math.ceilDiv(in.position(), alignment) * alignment;
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        for (Row row : rows.values()) {
            infos.put(row.name, row.place(file, dataOffset, alignment));
        }
        TensorData.refuseOverlaps(file.name(), infos.values());
        return infos;
    }

    /** A row of the tensor table as it stands in the file. */
    private record Row(String name, long at, BlockFormat format, long[] shape, long bytes,
            long relativeOffset, long offsetAt) {

        TensorInfo place(MappedFile file, long dataOffset, long alignment) {
            String field = "tensor " + name + " offset";
            if (relativeOffset % alignment != 0) {
                throw new FormatException(file.name(), offsetAt, field, relativeOffset,
                        "it must be a multiple of " + alignment, ByteCursor.CONVERT_AGAIN);
            }
            long space = file.size() - dataOffset;
            if (relativeOffset < 0 || bytes > space || relativeOffset > space - bytes) {
                throw new FormatException(file.name(), offsetAt, field, bytes + " bytes from "
                        + Long.toUnsignedString(relativeOffset), "the data section has "
                        + Math.max(0, space) + " bytes", ByteCursor.FETCH_AGAIN);
            }
            return new TensorInfo(name, format, shape, dataOffset + relativeOffset, bytes);
        }
    }

    private static Row readRow(ByteCursor in, ReaderLimits limits) {
        long at = in.position();
        String name = in.string("tensor name", limits.nameBytes());
        if (name.isEmpty()) {
            throw in.bad(at, "tensor name", "an empty name", "tensors have names",
                    ByteCursor.CONVERT_AGAIN);
        }
        String field = "tensor " + name;
        long rankAt = in.position();
        long rank = in.u32(field + " n_dims");
        if (rank > MOST_DIMENSIONS) {
            throw in.bad(rankAt, field + " n_dims", rank, "tensors have at most "
                    + MOST_DIMENSIONS + " dimensions", ByteCursor.FETCH_AGAIN);
        }
        long[] shape = new long[(int) rank];
        long elements = 1;
        for (int d = 0; d < rank; d++) {
            long extentAt = in.position();
            long extent = in.i64(field + " ne[" + d + "]");
            if (extent < 1 || extent > Long.MAX_VALUE / elements) {
                throw in.bad(extentAt, field + " ne[" + d + "]", Long.toUnsignedString(extent),
                        "extents are positive and their product fits in 63 bits",
                        ByteCursor.FETCH_AGAIN);
            }
            elements *= extent;
            shape[(int) rank - 1 - d] = extent;
        }
        BlockFormat format = readFormat(in, field);
        long bytes = TensorData.bytes(in, rankAt, field, format, shape);
        long offsetAt = in.position();
        return new Row(name, at, format, shape, bytes, in.i64(field + " offset"), offsetAt);
    }

    private static BlockFormat readFormat(ByteCursor in, String field) {
        long at = in.position();
        int type = in.i32(field + " type");
        return BlockFormat.ofGgmlType(type).orElseThrow(() -> in.bad(at, field + " type",
                "ggml type " + Integer.toUnsignedString(type),
                "Skein reads F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 and Q2_K to Q6_K",
                "quantise the model again in one of these"));
    }
}
