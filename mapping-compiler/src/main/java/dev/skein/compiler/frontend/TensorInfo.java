package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import java.util.Arrays;

/**
 * What a model file says about one tensor.
 *
 * @param name the name in the file
 * @param format how its elements are stored
 * @param shape row-major, outermost dimension first, {@code []} for a scalar; GGUF's order reversed
 * @param offset bytes from the start of its file; 0 without data
 * @param bytes stored size
 */
public record TensorInfo(String name, BlockFormat format, long[] shape, long offset, long bytes) {

    /**
     * @throws IllegalArgumentException if a dimension is negative or {@code bytes} is not the size
     *     that shape and format ask for
     */
    public TensorInfo {
        shape = shape.clone();
        long elements = product(shape);
        if (offset < 0 || bytes != format.bytes(elements)) {
            throw new IllegalArgumentException(name + ": " + elements + " elements of " + format
                    + " are " + format.bytes(elements) + " bytes, not " + bytes);
        }
    }

    /** A tensor without data, as a configuration alone describes it. */
    public static TensorInfo ofShape(String name, BlockFormat format, long... shape) {
        return new TensorInfo(name, format, shape, 0, format.bytes(product(shape)));
    }

    /** Row-major shape, outermost dimension first; a copy. */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Extent of dimension {@code index}, 0 the outermost. */
    public long dim(int index) {
        return shape[index];
    }

    /** Number of elements. */
    public long elements() {
        return product(shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that && name.equals(that.name) && format == that.format
                && Arrays.equals(shape, that.shape) && offset == that.offset
                && bytes == that.bytes;
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return name + " " + format + Arrays.toString(shape);
    }

    /** Exact product of the dimensions. */
    private static long product(long[] shape) {
        long product = 1;
        for (long extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent " + extent);
            }
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }
}
