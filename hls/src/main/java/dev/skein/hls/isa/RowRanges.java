package dev.skein.hls.isa;

/**
 * The rows in memory that a transfer moves: one range, or two with the gap of the span between
 * them. On chip they lie packed, the second behind the first.
 *
 * @param first first row of the first range
 * @param count rows of the first range
 * @param second first row of the second range
 * @param secondCount rows of the second range, 0 if there is one range only
 */
public record RowRanges(long first, long count, long second, long secondCount) {

    /** Rows that a length counts under these registers; none if a tile lies past the context. */
    public static RowRanges of(Extent count, Registers r) {
        long from = count.tileOffset(r);
        long rows = Math.max(0, count.resolve(r));
        long gap = count.perToken() * (long) r.span().gapTokens(r.position());
        if (gap == 0) {
            return new RowRanges(from, rows, from + rows, 0);
        }
        long before = count.perToken() * (long) r.span().gapFrom() - from;
        if (before <= 0) {
            return new RowRanges(from + gap, rows, from + gap + rows, 0);
        }
        long head = Math.min(before, rows);
        return new RowRanges(from, head, from + head + gap, rows - head);
    }
}
