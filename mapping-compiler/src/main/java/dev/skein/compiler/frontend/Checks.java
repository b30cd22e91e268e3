package dev.skein.compiler.frontend;

/** Range checks with messages that name the value, what was found and what is allowed. */
final class Checks {

    private Checks() {
    }

    static void range(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed are "
                    + low + " to " + high);
        }
    }

    /** Also refuses NaN and infinity. */
    static void atLeast(String name, double value, double low) {
        if (!(value >= low) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " is " + value
                    + ", allowed are finite numbers from " + low);
        }
    }
}
