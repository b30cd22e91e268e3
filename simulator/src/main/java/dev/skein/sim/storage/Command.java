package dev.skein.sim.storage;

import java.util.List;
import java.util.function.IntFunction;

/**
 * An NVMe command: read, write, attend or reclaim.
 *
 * @param bytesIn payload to the drive
 * @param bytesOut payload from it
 * @param heads pieces of work that may overlap
 * @param phases of each of them, one after another
 */
public record Command(long bytesIn, long bytesOut, int heads,
        IntFunction<List<Phase>> phases) {}
