package dev.skein.hls.board.resource;

import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;

/**
 * The use of one SLR.
 *
 * @param use estimated
 * @param capacity what the SLR has without the shell
 * @param usable what a design can use of it
 */
public record SlrUse(Resources use, Resources capacity, Resources usable) {

    /** Whether this resource suffices. */
    public boolean fits(Resource resource) {
        return use.of(resource) <= usable.of(resource);
    }

    /** Need over what is usable; infinite if something is needed where nothing is. */
    public double load(Resource resource) {
        return use.of(resource) == 0 ? 0 : (double) use.of(resource) / usable.of(resource);
    }
}
