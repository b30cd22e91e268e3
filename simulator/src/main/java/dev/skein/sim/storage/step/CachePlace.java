package dev.skein.sim.storage.step;

import dev.skein.hls.board.drive.Drive;
import dev.skein.sim.storage.Attention;

/** Where the KV cache is, and so where attention of a decode step is computed. */
public sealed interface CachePlace {

    /** On the GPU. */
    record GpuMemory() implements CachePlace {}

    /** In the host's memory; it crosses the GPU's link in every step. */
    record HostMemory() implements CachePlace {}

    /**
     * On drives that only store; it crosses their links and the GPU's in every step.
     *
     * @param drive each of them
     * @param drives how many; heads are split over them
     */
    record PlainDrive(Drive drive, int drives) implements CachePlace {
        /** On one. */
        public PlainDrive(Drive drive) {
            this(drive, 1);
        }
    }

    /** Nowhere: a step computes all tokens of its sequences. */
    record Recompute() implements CachePlace {}

    /**
     * In drives that compute attention.
     *
     * @param drive each of them
     * @param drives how many; heads are split over them
     * @param attention what they do
     */
    record InStorage(Drive drive, int drives, Attention attention) implements CachePlace {}
}
