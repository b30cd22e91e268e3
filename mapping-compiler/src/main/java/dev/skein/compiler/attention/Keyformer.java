package dev.skein.compiler.attention;

import dev.skein.hls.number.Sfu;

/**
 * Keyformer (arXiv 2403.09054): sums of {@code softmax((x + noise) / temperature)}, where x is the
 * score of a token. The noise is Gumbel's, drawn once for each token of a head; the temperature
 * rises from 1 at the first token to 2 at the longest sequence.
 */
final class Keyformer extends Eviction.Accumulated {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int UNIFORM_BITS = 53;

    private final long seed;
    private final HeadPlace place;

    /**
     * @param tokens to keep, the current one among them
     * @param local most recent ones of them
     * @param seed of the noise
     */
    Keyformer(int tokens, int local, long seed, HeadPlace place) {
        super(tokens, local);
        this.seed = mixed(mixed(seed) + place.layer() + ((long) place.kvHead() << Integer.SIZE));
        this.place = place;
    }

    @Override
    float[] shares(int[] numbers, float[] scores, float[] weights) {
        float[] x = new float[scores.length];
        for (int n = 0; n < x.length; n++) {
            x[n] = scores[n] * HeadMath.scale(place.headDim()) + noise(numbers[n]);
        }
        float temperature = 1f + (float) numbers[x.length - 1] / place.contextTokens();
        return Sfu.softmax(x, x.length, 1f / temperature);
    }

    private float noise(int token) {
        long bits = mixed(seed + token) >>> Long.SIZE - UNIFORM_BITS;
        double uniform = (bits + 0.5) / (1L << UNIFORM_BITS);
        return (float) -StrictMath.log(-StrictMath.log(uniform));
    }

    /** The finaliser of SplitMix64: neighbouring numbers become unlike ones. */
    private static long mixed(long z) {
        long y = z + GOLDEN;
        y = (y ^ y >>> 30) * 0xBF58476D1CE4E5B9L;
        y = (y ^ y >>> 27) * 0x94D049BB133111EBL;
        return y ^ y >>> 31;
    }
}
