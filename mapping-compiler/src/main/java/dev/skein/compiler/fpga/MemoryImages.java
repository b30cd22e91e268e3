package dev.skein.compiler.fpga;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Contents of the read-only regions, by region name; the parameter regions of all cores share one
 * segment.
 *
 * @param segments as many bytes as the region has
 */
public record MemoryImages(Map<String, MemorySegment> segments) {
    /** Copies the map. */
    public MemoryImages {
        segments = Map.copyOf(segments);
    }
}
