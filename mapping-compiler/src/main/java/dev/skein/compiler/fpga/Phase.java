package dev.skein.compiler.fpga;

import java.util.Locale;

/** What a step does: the two programs of a model. */
public enum Phase {
    /** Many tokens of a prompt at once, MPE in MM mode. */
    PREFILL,
    /** One token, MPE in MV mode. */
    DECODE;

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
