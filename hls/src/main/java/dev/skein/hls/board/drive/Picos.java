package dev.skein.hls.board.drive;

/** Whole picoseconds, the unit of time of drives; a {@code long} holds 106 days of them. */
public final class Picos {
    /** Picoseconds of a second. */
    public static final double PER_SECOND = 1e12;
    private static final double PER_NANO = 1e3;
    /** What is whole in decimal notation stays so in binary. */
    private static final double ROUNDING = 1e-6;

    private Picos() {}

    /** Rounded up. */
    public static long ofNanos(double nanos) {
        return (long) Math.ceil(nanos * PER_NANO - ROUNDING);
    }

    /** What bytes take at a rate, rounded up. */
    public static long ofBytes(long bytes, double gigabytesPerSecond) {
        return (long) Math.ceil(bytes * PER_NANO / gigabytesPerSecond - ROUNDING);
    }

    /** As seconds. */
    public static double seconds(long picos) {
        return picos / PER_SECOND;
    }
}
