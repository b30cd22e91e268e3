package dev.skein.compiler.frontend;

import java.util.List;

/** A typed metadata value; integers of every width are longs, floats of both widths doubles. */
sealed interface GgufValue {

    /** What the value is, for messages. */
    String kind();

    /** Any integer type. */
    record Whole(long value) implements GgufValue {
        @Override
        public String kind() {
            return "an integer";
        }
    }

    /** float32 or float64. */
    record Real(double value) implements GgufValue {
        @Override
        public String kind() {
            return "a float";
        }
    }

    /** bool. */
    record Truth(boolean value) implements GgufValue {
        @Override
        public String kind() {
            return "a bool";
        }
    }

    /** string. */
    record Text(String value) implements GgufValue {
        @Override
        public String kind() {
            return "a string";
        }
    }

    /** Array of any integer type or of bool (0 and 1). */
    record Wholes(long[] values) implements GgufValue {
        @Override
        public String kind() {
            return "an array of integers";
        }
    }

    /** Array of float32 or float64. */
    record Reals(double[] values) implements GgufValue {
        @Override
        public String kind() {
            return "an array of floats";
        }
    }

    /** Array of string. */
    record Texts(List<String> values) implements GgufValue {
        @Override
        public String kind() {
            return "an array of strings";
        }
    }
}
