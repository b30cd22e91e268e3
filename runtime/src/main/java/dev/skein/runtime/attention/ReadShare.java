package dev.skein.runtime.attention;

import dev.skein.compiler.attention.HeadPlace;
import dev.skein.compiler.attention.Sightings;
import dev.skein.hls.number.Chosen;

/**
 * How much of a cache a policy looks at, over all that it has attended to. Elements moved are
 * counted as the paper of SparQ does (arXiv 2312.04985): {@code S r + 2 k d + 4 d} for
 * a head with r channels and k of S tokens, {@code 2 k d + 2 d} for k tokens alone.
 */
final class ReadShare implements Sightings {
    private double attended;
    private double cached;
    private double moved;
    private double dense;

    @Override
    public void attended(HeadPlace place, int tokens, Chosen chosen) {
        double d = place.headDim();
        double k = chosen.tokens().length;
        int r = chosen.channels().length;
        attended += k;
        cached += tokens;
        dense += 2 * tokens * d + 2 * d;
        moved += r == 0 ? 2 * k * d + 2 * d : (double) tokens * r + 2 * k * d + 4 * d;
    }

    /** Tokens attended to over tokens of the sequences, 0 to 1. */
    double tokens() {
        return attended / cached;
    }

    /** Elements moved over those of dense attention. */
    double elements() {
        return moved / dense;
    }
}
