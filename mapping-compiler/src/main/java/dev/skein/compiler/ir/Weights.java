package dev.skein.compiler.ir;

/** The values of a model's weights by canonical name. Safe for use by several threads. */
public interface Weights {

    /**
     * All elements of a tensor, row-major, finite. The caller does not write into the array.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    float[] get(String canonicalName);

    /**
     * Reads rows {@code [firstRow, firstRow + rows)} of a tensor, for matrices that are not to be
     * held in memory as a whole.
     *
     * @param dst receives {@code rows * ref.cols()} elements from its start
     */
    default void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
        float[] all = get(ref.name());
        System.arraycopy(all, Math.multiplyExact(firstRow, ref.cols()), dst, 0,
                Math.multiplyExact(rows, ref.cols()));
    }
}
