package dev.skein.compiler.attention;

import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;

/**
 * Which tokens of its cache each group of query heads attends to; the current token is always among
 * them. {@link #toString} is what {@link PolicyText#parse} reads.
 */
public sealed interface AttentionPolicy {

    /**
     * A cache for one head and one sequence.
     *
     * @throws IllegalArgumentException if the policy does not fit the head
     */
    HeadAttention open(HeadPlace place);

    /** All tokens. */
    record Dense() implements AttentionPolicy {
        @Override
        public HeadAttention open(HeadPlace place) {
            return new KeptTokens(new Eviction.Window(0, Integer.MAX_VALUE), place.headDim());
        }

        @Override
        public String toString() {
            return "dense";
        }
    }

    /** SparF by pages of 16 tokens or 4 entries of a head. */
    record SparF(Sparf sparf) implements AttentionPolicy {
        private static final int GROUP_TOKENS = 16;
        private static final int PAGE_CHANNELS = 4;

        /** The result does not depend on the pages. */
        @Override
        public HeadAttention open(HeadPlace place) {
            return new SparfHead(sparf, KvPages.ofGroup(GROUP_TOKENS, place.headDim(),
                    Math.min(PAGE_CHANNELS, place.headDim())));
        }

        @Override
        public String toString() {
            return PolicyText.of("sparf", sparf);
        }
    }

    /** SparQ by rows: what SparF is compared with. */
    record SparQ(Sparf sparf) implements AttentionPolicy {
        @Override
        public HeadAttention open(HeadPlace place) {
            return new SparqHead(sparf, place.headDim());
        }

        @Override
        public String toString() {
            return PolicyText.of("sparq", sparf);
        }
    }

    /**
     * H2O: of {@code tokens} kept ones, {@code local} are the most recent and the others have the
     * greatest sums of probabilities.
     */
    record HeavyHitter(int tokens, int local) implements AttentionPolicy {
        /** Refuses a share that cannot be. */
        public HeavyHitter {
            requireLocal(tokens, local);
        }

        @Override
        public HeadAttention open(HeadPlace place) {
            return new KeptTokens(new Eviction.HeavyHitters(tokens, local), place.headDim());
        }

        @Override
        public String toString() {
            return "h2o:k=" + tokens + ",local=" + local;
        }
    }

    /** Keyformer: as H2O, with sums of noisy, tempered probabilities. */
    record KeyTokens(int tokens, int local, int seed) implements AttentionPolicy {
        /** Refuses a share that cannot be. */
        public KeyTokens {
            requireLocal(tokens, local);
        }

        @Override
        public HeadAttention open(HeadPlace place) {
            return new KeptTokens(new Keyformer(tokens, local, seed, place), place.headDim());
        }

        @Override
        public String toString() {
            return "keyformer:k=" + tokens + ",local=" + local + ",seed=" + seed;
        }
    }

    /** StreamingLLM: the first {@code sinks} tokens and the {@code window} most recent ones. */
    record Streaming(int sinks, int window) implements AttentionPolicy {
        /** Refuses a window without the current token. */
        public Streaming {
            if (sinks < 0 || window < 1) {
                throw new IllegalArgumentException("sinks=" + sinks + ", window=" + window
                        + "; sinks are 0 or more, the window is at least 1: the current token");
            }
        }

        @Override
        public HeadAttention open(HeadPlace place) {
            return new KeptTokens(new Eviction.Window(sinks, window), place.headDim());
        }

        @Override
        public String toString() {
            return "streaming:sinks=" + sinks + ",window=" + window;
        }
    }

    /** The {@code window} most recent tokens. */
    record Local(int window) implements AttentionPolicy {
        /** Refuses a window without the current token. */
        public Local {
            if (window < 1) {
                throw new IllegalArgumentException("window=" + window
                        + "; at least 1: the current token");
            }
        }

        @Override
        public HeadAttention open(HeadPlace place) {
            return new KeptTokens(new Eviction.Window(0, window), place.headDim());
        }

        @Override
        public String toString() {
            return "local:window=" + window;
        }
    }

    private static void requireLocal(int tokens, int local) {
        if (local < 1 || tokens < local) {
            throw new IllegalArgumentException("k=" + tokens + ", local=" + local
                    + "; at least 1 of the k tokens is local: the current one");
        }
    }
}
