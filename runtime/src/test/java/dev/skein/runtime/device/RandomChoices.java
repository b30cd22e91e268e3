package dev.skein.runtime.device;

import java.util.Random;

/** Choices and logits of all kinds, for tests of sampling. */
public final class RandomChoices {
    /** Kinds of logits. */
    public static final int KINDS = 5;

    private RandomChoices() {
    }

    /** A choice of any kind. */
    public static Choice choice(Random random, int vocab) {
        int topK = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1 + random.nextInt(vocab);
            case 2 -> 1 + random.nextInt(Math.min(vocab, 50));
            default -> vocab + random.nextInt(3);
        };
        long topP = switch (random.nextInt(4)) {
            case 0 -> Choice.ALL;
            case 1 -> 1;
            default -> 1 + Math.round(random.nextDouble() * (Choice.ALL - 1));
        };
        float factor = random.nextInt(5) == 0 ? Float.MAX_VALUE
                : (float) Math.exp(random.nextGaussian());
        long number = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            default -> random.nextLong();
        };
        return new Choice(factor, topK, topP, number);
    }

    /** Logits that are spread, have ties, are all equal, are impossible in part, or far apart. */
    public static float[] logits(Random random, int vocab, int kind) {
        float[] out = new float[vocab];
        for (int i = 0; i < vocab; i++) {
            out[i] = switch (kind) {
                case 0 -> (float) (3 * random.nextGaussian());
                case 1 -> random.nextInt(5) - 2;
                case 2 -> random.nextBoolean() ? -0f : 0f;
                case 3 -> i > 0 && random.nextInt(3) > 0 ? Float.NEGATIVE_INFINITY
                        : (float) random.nextGaussian();
                default -> -1e4f * random.nextFloat();
            };
        }
        return out;
    }
}
