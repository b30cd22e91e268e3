package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of one model, whatever its file format. Data is memory-mapped: opening a file costs
 * no heap in proportion to its weights, and reading decodes straight into the caller's array.
 *
 * <p>Any thread may read; {@link #close} must not race with reads. Reading after it throws {@link
 * IllegalStateException}.
 */
public interface TensorSource extends AutoCloseable {

    /** The file or folder and its format, for messages: {@code "model.gguf (GGUF v3)"}. */
    String description();

    /** The tensors by name, in the order of the file; unmodifiable. */
    Map<String, TensorInfo> tensors();

    /** Whether there are values behind the shapes. */
    boolean hasData();

    /**
     * Decodes {@code count} consecutive elements of a tensor, row-major, to binary32.
     *
     * @param elementOffset first element; need not be the first of a block
     * @throws FormatException if the source has no such tensor, no data, or the tensor's format is
     *     not a weight format ({@link BlockFormat.Kind#RAW})
     * @throws IndexOutOfBoundsException if a range leaves the tensor or {@code dst}
     */
    void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count);

    /**
     * Copies {@code count} consecutive bytes of a tensor as they are stored, whatever its format.
     *
     * @throws FormatException if the source has no such tensor or no data
     * @throws IndexOutOfBoundsException if a range leaves the tensor or {@code dst}
     */
    void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count);

    /** Unmaps the file. Idempotent. */
    @Override
    void close();

    /** The tensor's description, or empty when the source has none of that name. */
    default Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(tensors().get(name));
    }

    /**
     * The tensor's description.
     *
     * @throws FormatException if the source has none of that name
     */
    default TensorInfo tensor(String name) {
        return find(name).orElseThrow(() -> new FormatException(description(),
                FormatException.NO_OFFSET, "tensor", "no \"" + name + "\" among " + tensors().size()
                + " tensors", "this model family needs it",
                "check that the file is complete and of the family its configuration names"));
    }

    /**
     * All elements of a tensor, row-major.
     *
     * @throws FormatException as {@link #readFloats}, and for tensors beyond 2^31 - 9 elements
     */
    default float[] readAll(String name) {
        TensorInfo info = tensor(name);
        if (info.elements() > Integer.MAX_VALUE - 8) {
            throw new FormatException(description(), info.offset(), "tensor " + name,
                    info.elements() + " elements", "at most 2147483639 are read at once",
                    "read it in parts");
        }
        float[] values = new float[(int) info.elements()];
        readFloats(name, 0, values, 0, values.length);
        return values;
    }

    /** A source with shapes and no values, as for a model known by its configuration alone. */
    static TensorSource shapesOnly(String description, Map<String, TensorInfo> tensors) {
        return new ShapeSource(description, tensors);
    }
}
