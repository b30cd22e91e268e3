package dev.skein.runtime.attention;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.hls.number.Sparf;
import java.util.List;
import java.util.Locale;

/**
 * Kinds of policies that are compared at equal compression: with {@code 1 / divisor} of the
 * elements of dense attention at a full context.
 */
public enum Budget {
    /** Half of the budget for scores, half for tokens; half of the tokens are local. */
    SPARF {
        @Override
        AttentionPolicy at(int divisor, int headDim, int context) {
            int k = Math.max(1, context / (2 * divisor));
            return new AttentionPolicy.SparF(new Sparf(Math.max(1, headDim / divisor), k,
                    Math.max(1, k / 2)));
        }
    },
    /** Half of the tokens are local. */
    H2O {
        @Override
        AttentionPolicy at(int divisor, int headDim, int context) {
            int k = Math.max(1, context / divisor);
            return new AttentionPolicy.HeavyHitter(k, Math.max(1, k / 2));
        }
    },
    /** Half of the tokens are local. */
    KEYFORMER {
        @Override
        AttentionPolicy at(int divisor, int headDim, int context) {
            int k = Math.max(1, context / divisor);
            return new AttentionPolicy.KeyTokens(k, Math.max(1, k / 2), 1);
        }
    },
    /** Four sinks. */
    STREAMING {
        @Override
        AttentionPolicy at(int divisor, int headDim, int context) {
            int k = Math.max(1, context / divisor);
            int sinks = Math.min(SINKS, k - 1);
            return new AttentionPolicy.Streaming(sinks, k - sinks);
        }
    },
    /** The most recent tokens. */
    LOCAL {
        @Override
        AttentionPolicy at(int divisor, int headDim, int context) {
            return new AttentionPolicy.Local(Math.max(1, context / divisor));
        }
    };

    /** All of them. */
    public static final List<Budget> ALL = List.of(values());

    private static final int SINKS = 4;

    /** The policy with that budget. */
    abstract AttentionPolicy at(int divisor, int headDim, int context);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
