package dev.skein.compiler.frontend;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.hls.number.BlockFormat;
import dev.skein.hls.number.StripRows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A compressed checkpoint: a safetensors file some of whose matrices are integers with scales, in
 * the bytes that a device reads.
 *
 * <p>The matrix that the compiler calls {@code NAME} ({@link ModelTensor}; {@code
 * layer.0.q.weight}, {@code head.weight}, {@code embed}) is the U8 tensor {@code NAME.skein} in the
 * layout of {@link PackedMatrix}. The header's {@code __metadata__} has its format and shape under
 * the same name ({@code "layer.0.q.weight.skein": "mixed3.5g16@8:16 [192, 192]"}) and the scheme
 * of all under {@value #SCHEME} ({@code "mixed3.5g16@8:16/w4g16"}). Other tensors have their usual
 * names. A tied head may be {@code embed.skein} beside the table itself.
 *
 * <p>Here such a matrix is also a binary32 tensor {@code NAME}, whose elements are the products of
 * integers and scales.
 */
public final class CompressedTensors implements TensorSource {
    /** Metadata of the file: the scheme. */
    public static final String SCHEME = "skein.scheme";

    /** What the names of compressed tensors end in. */
    public static final String SUFFIX = ".skein";

    private static final int MAX_EXTENT = 1 << 24;
    private static final Pattern ENTRY = Pattern.compile(
            "(\\S{1,64}) \\[(\\d{1,8}), (\\d{1,8})\\]");
    private static final String AGAIN = "compress the model again";

    private record Entry(WeightFormat format, int rows, int cols, PackedMatrix layout) {}

    private final SafetensorsFile file;
    private final QuantScheme scheme;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors;

    private CompressedTensors(SafetensorsFile file) {
        this.file = file;
        Map<String, TensorInfo> all = new LinkedHashMap<>(file.tensors());
        try {
            scheme = QuantScheme.parse(file.metadata().get(SCHEME));
        } catch (IllegalArgumentException e) {
            throw bad(0, "__metadata__." + SCHEME, file.metadata().get(SCHEME), e.getMessage(), e);
        }
        for (TensorInfo info : file.tensors().values()) {
            if (info.name().endsWith(SUFFIX)) {
                String name = info.name().substring(0, info.name().length() - SUFFIX.length());
                Entry entry = entry(info);
                entries.put(name, entry);
                long elements = (long) entry.rows * entry.cols;
                all.putIfAbsent(name, new TensorInfo(name, BlockFormat.F32,
                        new long[] {entry.rows, entry.cols}, info.offset(),
                        elements * Float.BYTES));
            }
        }
        tensors = Collections.unmodifiableMap(all);
    }

    /**
     * The tensors of a file: compressed ones too if its header names a scheme.
     *
     * @throws FormatException if a compressed tensor is not what its metadata says
     */
    public static TensorSource of(SafetensorsFile file) {
        if (!file.metadata().containsKey(SCHEME)) {
            return file;
        }
        try {
            return new CompressedTensors(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Entry entry(TensorInfo info) {
        String field = "__metadata__." + info.name();
        String text = file.metadata().get(info.name());
        Matcher m = ENTRY.matcher(text == null ? "" : text);
        if (!m.matches()) {
            throw bad(0, field, text == null ? "nothing" : text,
                    "format and shape of the tensor, such as w4g16 [64, 64]", null);
        }
        int rows = Integer.parseInt(m.group(2));
        int cols = Integer.parseInt(m.group(3));
        if (rows < 1 || cols < 1 || rows > MAX_EXTENT || cols > MAX_EXTENT) {
            throw bad(0, field, text, "extents are 1 to " + MAX_EXTENT, null);
        }
        Entry entry;
        try {
            WeightFormat format = WeightFormat.parse(m.group(1));
            entry = new Entry(format, rows, cols, new PackedMatrix(format, rows, cols));
        } catch (IllegalArgumentException e) {
            throw bad(0, field, text, e.getMessage(), e);
        }
        if (info.format() != BlockFormat.U8 || info.bytes() != entry.layout.bytes()) {
            throw bad(info.offset(), "tensor " + info.name(), info.bytes() + " bytes of "
                    + info.format(), text + " takes " + entry.layout.bytes() + " bytes of U8",
                    null);
        }
        return entry;
    }

    private FormatException bad(long offset, String field, Object found, String rule,
            IllegalArgumentException cause) {
        return new FormatException(file.description(), offset, field, found, rule, AGAIN, cause);
    }

    /** The scheme of the compressed tensors. */
    public QuantScheme scheme() {
        return scheme;
    }

    /** Whether the matrix of this canonical name is compressed in this format. */
    public boolean has(String name, WeightFormat format) {
        Entry entry = entries.get(name);
        return entry != null && entry.format.equals(format);
    }

    /**
     * Rows of a compressed matrix as they are stored.
     *
     * @param firstRow a multiple of 16 unless the format is uniform
     * @throws FormatException if the bytes break a rule
     */
    public QuantisedMatrix rows(String name, int firstRow, int count) {
        Entry entry = entries.get(name);
        try {
            return entry.layout.unpack((offset, dst) ->
                    file.readBytes(name + SUFFIX, offset, dst, 0, dst.length), firstRow, count);
        } catch (IllegalArgumentException e) {
            TensorInfo info = file.tensor(name + SUFFIX);
            throw bad(info.offset(), "tensor " + info.name(), "rows " + firstRow + " to "
                    + (firstRow + count - 1), e.getMessage(), e);
        }
    }

    @Override
    public String description() {
        return file.description();
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
        if (file.find(name).isPresent() || !entries.containsKey(name)) {
            file.readFloats(name, elementOffset, dst, dstOffset, count);
            return;
        }
        Entry entry = entries.get(name);
        int first = Math.toIntExact(elementOffset / entry.cols) / StripRows.ROWS * StripRows.ROWS;
        long end = elementOffset + count;
        for (int row = first; (long) row * entry.cols < end; row += StripRows.ROWS) {
            int n = Math.min(StripRows.ROWS, entry.rows - row);
            float[] values = rows(name, row, n).dequantise();
            long start = (long) row * entry.cols;
            int from = (int) Math.max(0, elementOffset - start);
            int to = (int) Math.min(values.length, end - start);
            System.arraycopy(values, from, dst, (int) (dstOffset + start + from - elementOffset),
                    to - from);
        }
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        file.readBytes(name, byteOffset, dst, dstOffset, count);
    }

    @Override
    public void close() {
        file.close();
    }
}
