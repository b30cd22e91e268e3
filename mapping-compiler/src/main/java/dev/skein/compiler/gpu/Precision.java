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
    FAST;

    /** Whether all devices give the same bits. */
    public boolean isExact() {
        return this == EXACT;
    }

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
