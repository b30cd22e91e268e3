package dev.skein.hls.number;

/**
 * Keys and values of one head, binary16, and what a drive keeps beside them.
 *
 * @param headDim d
 * @param keys {@code [tokens, headDim]}, rows by token
 * @param values {@code [tokens, headDim]}
 */
public record KvHead(int headDim, short[] keys, short[] values) implements KvSource {
    /** Refuses rows that are not whole, and numbers that are none. */
    public KvHead {
        if (headDim < 1 || keys.length == 0 || keys.length % headDim != 0
                || keys.length != values.length) {
            throw new IllegalArgumentException(keys.length + " key and " + values.length
                    + " value entries of heads of " + headDim
                    + "; as many of both as there are tokens of that size, at least one token");
        }
        requireFinite("key", headDim, keys);
        requireFinite("value", headDim, values);
    }

    /** Refuses NaN and infinities in rows of {@code headDim} entries. */
    static void requireFinite(String what, int headDim, short[] rows) {
        for (int i = 0; i < rows.length; i++) {
            if (!Half.isFinite(rows[i])) {
                throw new IllegalArgumentException(what + " " + i / headDim + ", entry "
                        + i % headDim + " is " + Half.toFloat(rows[i])
                        + "; attention in the drive takes finite numbers only");
            }
        }
    }

    @Override
    public int tokens() {
        return keys.length / headDim;
    }

    float key(int token, int channel) {
        return Half.toFloat(keys[token * headDim + channel]);
    }

    float value(int token, int channel) {
        return Half.toFloat(values[token * headDim + channel]);
    }

    @Override
    public short[][] keyColumns(int[] channels) {
        short[][] columns = new short[channels.length][tokens()];
        for (int n = 0; n < channels.length; n++) {
            for (int t = 0; t < columns[n].length; t++) {
                columns[n][t] = keys[t * headDim + channels[n]];
            }
        }
        return columns;
    }

    @Override
    public void keyRows(int[] tokens, Rows to) {
        for (int n = 0; n < tokens.length; n++) {
            to.row(n, keys, tokens[n] * headDim);
        }
    }

    @Override
    public void valueRows(int[] tokens, Rows to) {
        for (int n = 0; n < tokens.length; n++) {
            to.row(n, values, tokens[n] * headDim);
        }
    }

    @Override
    public long[] valueSums() {
        long[] sums = new long[headDim];
        for (int i = 0; i < values.length; i++) {
            sums[i % headDim] += Half.toSteps(values[i]);
        }
        return sums;
    }
}
