package dev.skein.compiler.ir;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;

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

    /**
     * Rows {@code [firstRow, firstRow + rows)} of a tensor in a format: what interpreter and
     * compiler take for the weights of a quantised linear layer. By default compressed here, from
     * nothing but these rows.
     *
     * <p>Unless the format is uniform these are whole strips of 16 rows: {@code firstRow} is a
     * multiple of 16 and {@code rows} too, or the rows reach to the end.
     */
    default QuantisedMatrix quantised(WeightRef ref, WeightFormat format, int firstRow,
            int rows) {
        float[] values = new float[Math.multiplyExact(rows, ref.cols())];
        readRows(ref, firstRow, rows, values);
        return Compressor.compress(values, rows, ref.cols(), format);
    }
}
