package dev.skein.hls.board;

/**
 * How a compiler lays work out on the card, where that is a property of the overlay and not of the
 * program: FlightLLM's overlay and ours differ in it on the same silicon.
 *
 * @param operations whether the loads of an operation may run ahead of the operation before it
 * @param activations where the input of a linear layer comes from
 * @param tilesPerBuffer weight tiles that are resident at once; two is double buffering
 * @param outputs a core computes the outputs of a linear layer in multiples of this; what is
 *     missing is padded, and the padding is stored, loaded and computed in decode steps
 * @param caches whether the KV cache is loaded once or twice in a decode step
 * @param decodeSpans whether decode steps leave out what the spans of the attention leave out
 */
public record Mapping(Operations operations, Activations activations, int tilesPerBuffer,
        int outputs, Caches caches, DecodeSpans decodeSpans) {

    /** No padding, one load of the caches, spans kept. */
    public Mapping(Operations operations, Activations activations, int tilesPerBuffer) {
        this(operations, activations, tilesPerBuffer, 1, Caches.IN_PLACE, DecodeSpans.KEPT);
    }

    /** Overlap of successive operations. */
    public enum Operations {
        /** Loads run ahead as far as the buffers allow. */
        OVERLAPPED("overlapped"),
        /**
         * All cores meet after each operation and nothing of the next one has begun by then, as in
         * FlightLLM's generated programs (its public artifact: SYS after each layer, for which the
         * first LD of the next waits).
         */
        SERIAL("serial");

        private final String key;

        Operations(String key) {
            this.key = key;
        }

        /** The value in board files. */
        public String key() {
            return key;
        }
    }

    /** Home of activations between operations. */
    public enum Activations {
        /** They never leave the activation buffer. */
        ON_CHIP("onChip"),
        /** Stored after an operation and loaded before the next linear layer. */
        OFF_CHIP("offChip");

        private final String key;

        Activations(String key) {
            this.key = key;
        }

        /** The value in board files. */
        public String key() {
            return key;
        }
    }

    /** What is done to a KV cache before the attention of a decode step. */
    public enum Caches {
        /** The new row is stored behind the others. */
        IN_PLACE("inPlace"),
        /**
         * The caches are also loaded, keys and values in an operation each, as by the
         * concatenations of FlightLLM's generated programs.
         */
        RELOADED("reloaded");

        private final String key;

        Caches(String key) {
            this.key = key;
        }

        /** The value in board files. */
        public String key() {
            return key;
        }
    }

    /** Block-sparse attention in decode steps. */
    public enum DecodeSpans {
        /** As in prefill steps: the same bits. */
        KEPT("kept"),
        /** Decode steps see the whole context, as in FlightLLM's generated programs. */
        IGNORED("ignored");

        private final String key;

        DecodeSpans(String key) {
            this.key = key;
        }

        /** The value in board files. */
        public String key() {
            return key;
        }
    }
}
