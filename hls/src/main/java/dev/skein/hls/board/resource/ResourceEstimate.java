package dev.skein.hls.board.resource;

import dev.skein.hls.board.Resources;

import java.util.List;

/**
 * What an overlay takes.
 *
 * @param parts over all cores, in the order of {@link ResourceModel}
 * @param slrs use of each SLR
 */
public record ResourceEstimate(List<Part> parts, List<SlrUse> slrs) {

    /** Copies the lists. */
    public ResourceEstimate {
        parts = List.copyOf(parts);
        slrs = List.copyOf(slrs);
    }

    /** Over all SLRs. */
    public Resources total() {
        return slrs.stream().map(SlrUse::use).reduce(Resources.NONE, Resources::plus);
    }

    /** What the card has, without the shell. */
    public Resources capacity() {
        return slrs.stream().map(SlrUse::capacity).reduce(Resources.NONE, Resources::plus);
    }

    /** A part by its name. */
    public Resources part(String name) {
        return parts.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().use();
    }
}
