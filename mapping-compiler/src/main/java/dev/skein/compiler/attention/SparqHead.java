package dev.skein.compiler.attention;

import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.DriveAttention.Attended;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.Sparf;
import java.util.Arrays;

/** SparQ (arXiv 2312.04985) by rows, as the scalar reference computes it. */
final class SparqHead implements HeadAttention {
    private final Sparf sparf;
    private final int headDim;
    private short[] keys = {};
    private short[] values = {};
    private int filled;

    SparqHead(Sparf sparf, int headDim) {
        this.sparf = sparf;
        this.headDim = headDim;
    }

    @Override
    public void append(short[] k, short[] v, int from) {
        if (filled == keys.length) {
            int capacity = Math.max(headDim, 2 * filled);
            keys = Arrays.copyOf(keys, capacity);
            values = Arrays.copyOf(values, capacity);
        }
        System.arraycopy(k, from, keys, filled, headDim);
        System.arraycopy(v, from, values, filled, headDim);
        filled += headDim;
    }

    @Override
    public Attended attend(short[] queries) {
        var kv = new KvHead(headDim, Arrays.copyOf(keys, filled), Arrays.copyOf(values, filled));
        return DriveAttention.attend(queries, kv, sparf);
    }
}
