package dev.skein.sim.functional;

import dev.skein.hls.isa.Space;
import dev.skein.hls.number.Sfu;

/**
 * From exact sums to binary32: what all matrix instructions do at their end.
 *
 * @param scaled whether there are row scales, at {@code scale} in WGT
 * @param biased whether there are biases behind them
 * @param scale WGT address
 * @param actScale ACT address of the scale of the first row of x
 * @param actScaleStride bytes between the scales of rows of x
 * @param out ACT address
 * @param outStride bytes between rows of out
 */
record Epilogue(boolean scaled, boolean biased, long scale, int actScale, int actScaleStride,
        long out, int outStride) {

    /** Writes {@code [m, n]} sums. */
    void write(CoreState core, long[] sums, int m, int n) {
        byte[] act = core.bytes(Space.ACT);
        byte[] wgt = core.bytes(Space.WGT);
        int outAt = core.check(Space.ACT, out, (m - 1L) * outStride + 4L * n);
        int actScaleAt = core.check(Space.ACT, actScale, (m - 1L) * actScaleStride + 4);
        int scaleAt = scaled || biased
                ? core.check(Space.WGT, scale, (biased ? 8L : 4L) * n) : 0;
        for (int row = 0; row < m; row++) {
            float x = LittleEndian.float32(act, actScaleAt + row * actScaleStride);
            int at = outAt + row * outStride;
            for (int j = 0; j < n; j++) {
                float w = scaled ? LittleEndian.float32(wgt, scaleAt + 4 * j) : 1f;
                float y = Sfu.output(sums[row * n + j], w, x);
                if (biased) {
                    y += LittleEndian.float32(wgt, scaleAt + 4 * (n + j));
                }
                LittleEndian.putFloat32(act, at + 4 * j, y);
            }
        }
    }
}
