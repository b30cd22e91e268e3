package dev.skein.compiler.gpu;

import java.util.Locale;

/** How exact a device is to be. */
public enum Precision {
    /** The bits of the functional simulator: int8 activations, integer sums. */
    EXACT,
    /**
     * Binary32 activations and sums, fused; KV cache in binary16. Close to the reference, by the
     * limits of {@code docs/numbers.md}.
     */
    FAST,
    /** The same with the KV cache of the exact mode: int8, a binary32 scale a row of a head. */
    FAST_INT8;

    /** Whether all devices give the same bits. */
    public boolean isExact() {
        return this == EXACT;
    }

    /** Whether keys and values are int8. */
    public boolean hasInt8Cache() {
        return this != FAST;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
