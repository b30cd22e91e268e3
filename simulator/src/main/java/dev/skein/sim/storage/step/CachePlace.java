package dev.skein.sim.storage.step;

import dev.skein.hls.board.drive.Drive;
import dev.skein.sim.storage.Attention;
import java.util.Optional;

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
     * @param files how it is read; if empty, as fast as arrays and links allow
     */
    record PlainDrive(Drive drive, int drives, Optional<FileReads> files)
            implements CachePlace {
        /** On one, read as fast as it can be. */
        public PlainDrive(Drive drive) {
            this(drive, 1, Optional.empty());
        }
    }

    /**
     * Files that are mapped into memory: readers wait for a window of the page cache, then for the
     * next, and copy what they have read to the GPU before they go on to another tensor.
     *
     * @param readers at work at the same time
     * @param windowBytes that a page fault reads
     */
    record FileReads(int readers, int windowBytes) {
        /**
         * FlexGen's: its copies of K and of V of a layer are the two that are under way (of four
         * threads), from memory-mapped files through a pinned buffer; Linux reads 128 KiB around a
         * fault (VM_READAHEAD_PAGES).
         */
        public static final FileReads FLEXGEN = new FileReads(2, 1 << 17);
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
