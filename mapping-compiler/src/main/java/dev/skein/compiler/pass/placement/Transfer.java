package dev.skein.compiler.pass.placement;

import dev.skein.compiler.fpga.Phase;

/**
 * Bytes that cross a link in one layer.
 *
 * @param phase in which they do
 * @param what they are
 * @param from where
 * @param to where
 * @param volume how many
 * @param overlap what goes on meanwhile
 */
public record Transfer(Phase phase, What what, End from, End to, Volume volume, Overlap overlap) {

    /** What crosses. */
    public enum What {
        /** Queries of the new token. */
        Q,
        /** Keys of new tokens. */
        K,
        /** Values of new tokens. */
        V,
        /** Keys and values of all cached tokens. */
        CACHE,
        /** Output of attention. */
        OUTPUT
    }

    /** What hides a transfer. */
    public enum Overlap {
        /** Nothing: what comes next needs it. */
        NONE,
        /** The next layer is computed meanwhile. */
        NEXT_LAYER,
        /** The layer before is computed meanwhile. */
        LAYER_BEFORE
    }

    /** What bytes are counted for. */
    public enum Per {
        /** A sequence of the batch. */
        SEQUENCE,
        /** A token of a sequence: of the prompt, or of the cache. */
        TOKEN
    }

    /**
     * An end of a link.
     *
     * @param unit what it is
     * @param index which drive, 0 for others
     */
    public record End(Unit unit, int index) {
        static final End GPU = new End(Unit.GPU, 0);
        static final End HOST = new End(Unit.HOST, 0);

        static End drive(int index) {
            return new End(Unit.DRIVE, index);
        }

        @Override
        public String toString() {
            return unit == Unit.DRIVE ? unit + " " + index : unit.toString();
        }
    }

    /**
     * How much.
     *
     * @param bytes for each
     * @param per what they are counted for
     */
    public record Volume(long bytes, Per per) {}

    /** Bytes in one layer of a batch of sequences of so many tokens. */
    public long bytes(long batch, long tokens) {
        long each = Math.multiplyExact(batch, volume.bytes());
        return switch (volume.per()) {
            case SEQUENCE -> each;
            case TOKEN -> Math.multiplyExact(each, tokens);
        };
    }

    /** Whether it passes the GPU's link. */
    public boolean crossesGpuLink() {
        return from.unit() == Unit.GPU || to.unit() == Unit.GPU;
    }

    /** Whether it passes the link of a drive. */
    public boolean crossesLinkOf(int drive) {
        return from.equals(End.drive(drive)) || to.equals(End.drive(drive));
    }
}
