package dev.skein.hls.board;

/**
 * Instruction fetch of a core: a unit that reads the stream ahead into a buffer.
 *
 * @param source where streams lie
 * @param blockBytes one read, a multiple of an instruction
 * @param bufferBytes what is read ahead, a multiple of the block, two blocks or more
 * @param loopBufferBytes instructions behind the sequencer that a loop can go back to without
 *     reading them again; 0 if there is no such buffer
 */
public record Fetch(Source source, int blockBytes, int bufferBytes, int loopBufferBytes) {

    /** Where instruction streams lie. */
    public enum Source {
        /** On chip: no fetch. */
        CHIP("chip"),
        /** The shared DDR, with all other accesses to it. */
        DDR("ddr"),
        /** The core's parameter channels. */
        PARAM("param"),
        /** An HBM channel of its own for each core. */
        HBM("hbm");

        private final String key;

        Source(String key) {
            this.key = key;
        }

        /** The word in board files. */
        public String key() {
            return key;
        }
    }
}
