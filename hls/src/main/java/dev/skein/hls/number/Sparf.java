package dev.skein.hls.number;

/**
 * How much of a cache attention in the drive looks at.
 *
 * @param channels entries of the head by which tokens are scored, r
 * @param tokens tokens attended to, k; all where a cache has no more
 * @param local the most recent ones of them, always chosen, l; the current token is the first
 */
public record Sparf(int channels, int tokens, int local) {
    /** Refuses what no cache allows. */
    public Sparf {
        if (channels < 1) {
            throw new IllegalArgumentException("channels r: " + channels + "; at least 1");
        }
        if (local < 1 || tokens < local) {
            throw new IllegalArgumentException("tokens k: " + tokens + ", of which local l: "
                    + local + "; at least 1 is local, since the current token is always chosen");
        }
    }

    /** Attention to every token of any cache. */
    public static Sparf dense(int headDim) {
        return new Sparf(headDim, Integer.MAX_VALUE, 1);
    }

    /** Whether every token of a cache of that size is chosen. */
    public boolean isDense(int cachedTokens) {
        return tokens >= cachedTokens;
    }
}
