package dev.skein.hls.board;

/**
 * How a compiler lays work out on the card, where that is a property of the overlay and not of the
 * program: FlightLLM's overlay and ours differ in it on the same silicon.
 *
 * @param operations whether the loads of an operation may run ahead of the operation before it
 * @param activations where the input of a linear layer comes from
 * @param tilesPerBuffer weight tiles that are resident at once; two is double buffering
 */
public record Mapping(Operations operations, Activations activations, int tilesPerBuffer) {

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
}
