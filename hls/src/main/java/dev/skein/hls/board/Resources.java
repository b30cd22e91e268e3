package dev.skein.hls.board;

/**
 * Amounts of each {@link Resource}: what a part uses or what a die has.
 *
 * @param lut 6-input look-up tables
 * @param ff flip-flops
 * @param bram36 block RAMs of 36 Kb
 * @param uram UltraRAMs of 288 Kb
 * @param dsp DSP48E2 or DSP58
 */
public record Resources(long lut, long ff, long bram36, long uram, long dsp) {
    /** Nothing. */
    public static final Resources NONE = new Resources(0, 0, 0, 0, 0);

    /** The amount of one resource. */
    public long of(Resource resource) {
        return switch (resource) {
            case LUT -> lut;
            case FF -> ff;
            case BRAM36 -> bram36;
            case URAM -> uram;
            case DSP -> dsp;
        };
    }

    /** The sum. */
    public Resources plus(Resources other) {
        return new Resources(lut + other.lut, ff + other.ff, bram36 + other.bram36,
                uram + other.uram, dsp + other.dsp);
    }

    /** {@code n} times as much. */
    public Resources times(long n) {
        return new Resources(lut * n, ff * n, bram36 * n, uram * n, dsp * n);
    }
}
