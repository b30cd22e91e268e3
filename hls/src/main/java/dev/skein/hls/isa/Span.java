package dev.skein.hls.isa;

/**
 * Which earlier tokens a token attends to, in blocks of {@value #BLOCK} tokens: the first
 * {@code global} blocks and a window that ends with its own block and grows with the length of the
 * sequence (MoA: a span a head). The token at position t, in block b = t / 64, sees j &lt;= t with
 * j &lt; 64 * global or j &gt;= 64 * {@link #first first}(t).
 *
 * <p>{@code first} never falls as t grows, since growth is below 256: what a step leaves out for
 * its first token it leaves out for all. Those tokens are one gap, which is not loaded: the rows
 * before and behind it lie packed on chip.
 *
 * @param global blocks at the start of the sequence that everyone sees, at most
 *     {@value #MAX_GLOBAL}
 * @param window blocks that end with a token's own, at most {@value #MAX_WINDOW}; 0 if everything
 *     is seen, then the others are 0 too
 * @param growth 256ths of a block by which the window grows with each block of the sequence, at
 *     most {@value #MAX_GROWTH}
 */
public record Span(int global, int window, int growth) {
    /** Tokens of a block. */
    public static final int BLOCK = 64;

    /** Largest global. */
    public static final int MAX_GLOBAL = 255;

    /** Largest window. */
    public static final int MAX_WINDOW = 65535;

    /** Largest growth: below 256, so that a later token never sees more of the past. */
    public static final int MAX_GROWTH = 255;

    /** Everything is seen. */
    public static final Span DENSE = new Span(0, 0, 0);

    /** Checks the ranges. */
    public Span {
        range("global", global, MAX_GLOBAL);
        range("window", window, MAX_WINDOW);
        range("growth", growth, MAX_GROWTH);
        if (window == 0 && (global != 0 || growth != 0)) {
            throw new IllegalArgumentException("span with window 0, global " + global
                    + ", growth " + growth + ": window 0 is dense, the others are 0 too");
        }
    }

    private static void range(String name, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("span with " + name + " " + value
                    + ": allowed are 0 to " + most);
        }
    }

    /** Whether everything is seen at any length. */
    public boolean isDense() {
        return window == 0;
    }

    /** First block of the window of the token at {@code position}; {@code global} at least. */
    public int first(int position) {
        if (window == 0) {
            return 0;
        }
        int block = position / BLOCK;
        int blocks = Math.max(1, window + (int) ((long) growth * block >> 8));
        return Math.max(global, block - blocks + 1);
    }

    /** Whether the token at {@code position} sees the one at {@code other}. */
    public boolean sees(int position, int other) {
        return other <= position
                && (other < BLOCK * global || other >= BLOCK * first(position));
    }

    /** Tokens before the gap of a step, if there is a gap. */
    public int gapFrom() {
        return BLOCK * global;
    }

    /** Tokens that a step from {@code position} on leaves out for all its tokens. */
    public int gapTokens(int position) {
        return BLOCK * (first(position) - global);
    }

    /**
     * One past the last token that the one at {@code position} does not see for its span; not above
     * {@link #gapFrom} if it sees everything up to itself. The first is {@link #gapFrom}.
     */
    public int hiddenTo(int position) {
        return BLOCK * first(position);
    }
}
