package dev.skein.compiler.ir;

import java.util.List;
import java.util.stream.Collectors;

/** How a placed value lies over the cores. */
public sealed interface Distribution {

    /** Every core holds the whole value, bit for bit the same. */
    Distribution REPLICATED = new Replicated();

    /** See {@link #REPLICATED}. */
    record Replicated() implements Distribution {
        @Override
        public String toString() {
            return "replicated";
        }
    }

    /**
     * Core {@code c} holds the columns {@code ranges.get(c)}; together they are all columns, in
     * order. A split by heads is a split whose bounds are multiples of the head dimension.
     */
    record Split(List<Range> ranges) implements Distribution {
        public Split {
            ranges = List.copyOf(ranges);
            Require.that(!ranges.isEmpty(), "a split has no ranges: one for each core is needed");
            int at = 0;
            for (Range range : ranges) {
                Require.equal("start of a split's range", range.from(), "the end of the one before",
                        at);
                at = range.to();
            }
        }

        /** Columns of the whole value. */
        public int width() {
            return ranges.getLast().to();
        }

        /** Whether every bound is a multiple of {@code columns}. */
        public boolean inUnitsOf(int columns) {
            return ranges.stream().allMatch(r -> r.from() % columns == 0 && r.to() % columns == 0);
        }

        @Override
        public String toString() {
            return ranges.stream().map(Range::toString)
                    .collect(Collectors.joining(", ", "split(", ")"));
        }
    }

    /** Columns {@code [from, to)}; empty for a core without a share. */
    record Range(int from, int to) {
        public Range {
            Require.range("start of a range", from, 0, ValueType.MAX_WIDTH);
            Require.range("end of a range", to, from, ValueType.MAX_WIDTH);
        }

        /** Number of columns. */
        public int width() {
            return to - from;
        }

        @Override
        public String toString() {
            return from + ".." + to;
        }
    }
}
