package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A 2:4 checkpoint as llm-compressor saves it ({@code sparsity_config.format =
 * sparse-24-bitmask} of compressed-tensors): of a matrix NAME.weight {@code [rows, cols]} there is
 * NAME.compressed {@code [rows, cols / 2]} with the kept weights of each row in order, and
 * NAME.bitmask {@code [rows, cols / 8]} U8, in which bit i % 8 of byte i / 8 tells whether weight
 * i of the row is kept. NAME.shape repeats the shape and is not needed. To others the matrix looks
 * as it was, zeros included.
 */
public final class Bitmask24Source implements TensorSource {
    private static final String KEPT = ".compressed";
    private static final String MASK = ".bitmask";
    private static final String WEIGHT = ".weight";

    private final TensorSource file;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private Bitmask24Source(TensorSource file) {
        this.file = file;
        for (TensorInfo info : file.tensors().values()) {
            TensorInfo whole = info.name().endsWith(KEPT) ? whole(info) : info;
            if (tensors.put(whole.name(), whole) != null) {
                throw bad(info, "another " + whole.name(), "a matrix is there once");
            }
        }
    }

    /**
     * The tensors of a file with such matrices as they were; the file itself if it has none. A file
     * that is refused is closed.
     *
     * @throws FormatException if the parts of a matrix do not fit together
     */
    public static TensorSource of(TensorSource file) {
        if (file.tensors().keySet().stream().noneMatch(n -> n.endsWith(KEPT))) {
            return file;
        }
        try {
            return new Bitmask24Source(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private TensorInfo whole(TensorInfo kept) {
        TensorInfo mask = file.tensors().get(base(kept) + MASK);
        boolean fits = kept.format().kind() == BlockFormat.Kind.FLOAT && kept.rank() == 2
                && mask != null && mask.rank() == 2 && mask.format() == BlockFormat.U8
                && mask.dim(0) == kept.dim(0) && mask.dim(1) > 0
                && mask.dim(1) <= Integer.MAX_VALUE / 8 && kept.dim(1) == 4 * mask.dim(1);
        if (!fits) {
            throw bad(kept, kept + " with " + (mask == null ? "no mask" : mask), "kept weights are"
                    + " floating point [rows, cols / 2], their mask U8 [rows, cols / 8]");
        }
        return TensorInfo.ofShape(base(kept) + WEIGHT, kept.format(), kept.dim(0),
                8 * mask.dim(1));
    }

    private static String base(TensorInfo kept) {
        return kept.name().substring(0, kept.name().length() - KEPT.length());
    }

    private FormatException bad(TensorInfo info, Object found, String rule) {
        return new FormatException(description(), info.offset(), "tensor " + info.name(), found,
                rule, "fetch the checkpoint again, or save it with save_compressed=False");
    }

    @Override
    public String description() {
        return file.description();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public boolean hasData() {
        return file.hasData();
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count) {
        if (file.tensors().containsKey(name) || !tensors.containsKey(name)) {
            file.readFloats(name, elementOffset, dst, dstOffset, count);
            return;
        }
        Objects.checkFromIndexSize(elementOffset, count, tensor(name).elements());
        Objects.checkFromIndexSize(dstOffset, count, dst.length);
        int cols = Math.toIntExact(tensor(name).dim(1));
        for (int done = 0; done < count; ) {
            long at = elementOffset + done;
            int column = (int) (at % cols);
            int n = Math.min(cols - column, count - done);
            System.arraycopy(row(name, at / cols, cols), column, dst, dstOffset + done, n);
            done += n;
        }
    }

    private float[] row(String name, long row, int cols) {
        String base = name.substring(0, name.length() - WEIGHT.length());
        byte[] mask = new byte[cols / 8];
        float[] kept = new float[cols / 2];
        file.readBytes(base + MASK, row * mask.length, mask, 0, mask.length);
        file.readFloats(base + KEPT, row * kept.length, kept, 0, kept.length);
        float[] out = new float[cols];
        int next = 0;
        for (int i = 0; i < cols; i++) {
            if ((mask[i / 8] >> i % 8 & 1) != 0 && next++ < kept.length) {
                out[i] = kept[next - 1];
            }
        }
        if (next != kept.length) {
            throw bad(file.tensor(base + MASK), next + " kept weights in row " + row,
                    "each row keeps " + kept.length + " of " + cols);
        }
        return out;
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
