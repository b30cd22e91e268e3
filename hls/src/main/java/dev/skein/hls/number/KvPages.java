package dev.skein.hls.number;

/**
 * How keys and values of a head lie in pages. A <b>token-indexed</b> page (K and V) holds a group
 * of tokens, row after row, {@code [groupTokens, headDim] binary16}. A <b>channel-indexed</b> page
 * (second copy of K) holds some entries of the head for a span of tokens, column after column,
 * {@code [pageChannels, spanTokens] binary16}. What a page has beyond them is not used.
 *
 * @param pageBytes a multiple of {@link #BEAT_BYTES}
 * @param headDim entries of a head, d
 * @param groupTokens tokens of a token-indexed page
 * @param pageChannels entries of the head in a channel-indexed page
 * @param spanTokens tokens of a channel-indexed page
 */
public record KvPages(int pageBytes, int headDim, int groupTokens, int pageChannels,
        int spanTokens) {
    /** What a memory port moves at a time, 512 bits. */
    public static final int BEAT_BYTES = 64;

    /** Refuses pages that do not hold what they shall. */
    public KvPages {
        if (pageBytes < BEAT_BYTES || pageBytes % BEAT_BYTES != 0) {
            throw new IllegalArgumentException("pages of " + pageBytes
                    + " bytes; a multiple of " + BEAT_BYTES);
        }
        requireFit("token", pageBytes, groupTokens, headDim);
        requireFit("channel", pageBytes, spanTokens, pageChannels);
    }

    private static void requireFit(String kind, int pageBytes, int rows, int columns) {
        if (rows < 1 || columns < 1
                || (long) rows * columns > pageBytes / Half.BYTES) {
            throw new IllegalArgumentException(kind + "-indexed pages of " + pageBytes
                    + " bytes for " + rows + " x " + columns + " numbers; they hold "
                    + pageBytes / Half.BYTES + " and at least one");
        }
    }

    /** Pages as full as they get: 16 tokens of 128 entries in 4096 bytes. */
    public static KvPages of(int pageBytes, int headDim, int pageChannels) {
        int numbers = pageBytes / Half.BYTES;
        return new KvPages(pageBytes, headDim, numbers / Math.max(1, headDim), pageChannels,
                numbers / Math.max(1, pageChannels));
    }

    /** The smallest pages that hold so many tokens of a head, or some entries of more tokens. */
    public static KvPages ofGroup(int groupTokens, int headDim, int pageChannels) {
        int numbers = Math.multiplyExact(groupTokens, headDim);
        int beats = Math.ceilDiv(Math.multiplyExact(numbers, Half.BYTES), BEAT_BYTES);
        return new KvPages(beats * BEAT_BYTES, headDim, groupTokens, pageChannels,
                numbers / Math.max(1, pageChannels));
    }

    /** Token-indexed pages of each K and V. */
    public int groups(int tokens) {
        return Math.ceilDiv(tokens, groupTokens);
    }

    /** Channel-indexed pages that tokens of one span need. */
    public int pagesOfSpan() {
        return Math.ceilDiv(headDim, pageChannels);
    }

    /**
     * Tokens that whole channel-indexed pages hold. The others, the tail, are scored from
     * token-indexed pages, with the same bits.
     */
    public int indexedTokens(int tokens) {
        return tokens / spanTokens * spanTokens;
    }

    /** Place of an entry in the token-indexed page of its token, bytes. */
    public int offsetByToken(int token, int channel) {
        return (token % groupTokens * headDim + channel) * Half.BYTES;
    }

    /** Place of an entry in its channel-indexed page, bytes. */
    public int offsetByChannel(int token, int channel) {
        return (channel % pageChannels * spanTokens + token % spanTokens) * Half.BYTES;
    }
}
