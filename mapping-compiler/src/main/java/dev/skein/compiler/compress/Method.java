package dev.skein.compiler.compress;

import java.util.Locale;

/** How the integers of a matrix are found. */
public enum Method {
    /** The nearest ones, with scales that clip nothing; the largest magnitudes are kept. */
    RTN(false),
    /** The largest magnitudes are kept; scales of least squared error of the weights. */
    MAGNITUDE(false),
    /**
     * Scores {@code |w| * ||x||} decide what is kept (Wanda, Sun et al. 2024), and the same norms
     * of the inputs weigh the error that scales are searched by.
     */
    WANDA(true),
    /**
     * What is kept is decided as with {@link #WANDA}; columns are rounded one after the other and
     * those behind make up for the error (GPTQ, Frantar et al. 2023).
     */
    GPTQ(true),
    /**
     * As {@link #GPTQ}, with what is kept decided on the way, where the errors of the columns
     * before are known (SparseGPT, Frantar and Alistarh 2023).
     */
    SPARSEGPT(true);

    private final boolean calibrated;

    Method(boolean calibrated) {
        this.calibrated = calibrated;
    }

    /** Whether it needs the inputs of the layers, measured on calibration texts. */
    public boolean calibrated() {
        return calibrated;
    }

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
