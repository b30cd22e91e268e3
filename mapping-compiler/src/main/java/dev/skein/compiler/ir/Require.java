package dev.skein.compiler.ir;

/** Checks with messages that name the value, what was found and what is allowed. */
final class Require {
    private Require() {
    }

    static void range(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed are " + low
                    + " to " + high);
        }
    }

    static void equal(String name, long found, String rule, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(name + " is " + found + ", but " + rule + " is "
                    + expected);
        }
    }

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
