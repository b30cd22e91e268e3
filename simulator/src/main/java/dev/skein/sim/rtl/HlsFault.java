package dev.skein.sim.rtl;

import java.util.Locale;

/** Why an HLS core stopped, in the order of {@code fault.h}. */
enum HlsFault {
    NONE("no fault"),
    CODE("no instruction has code %d"),
    UNUSED_BITS("bits of no field are set in word %d"),
    FIELD("a field holds %d"),
    TOKENS("tokens 0x%x from or to the unit itself, or of the sequencer"),
    LENGTH("a length of %d"),
    BUFFER("an access at 0x%x leaves its buffer"),
    MEMORY("an access at 0x%x is not inside one region, or stores to one that is read only"),
    ROW("row number %d: not in its region"),
    STRIP("strip %d is not what the instruction says, or none"),
    ACCUMULATORS("tiled k: accumulators do not fit, %d"),
    NESTING("loops or repetitions that do not match"),
    NO_END("the stream ends without END after %d instructions"),
    TOO_LONG("more than %d instructions in a step"),
    DEADLOCK("every unit waits for another one"),
    WATCHDOG("more work than a step may do"),
    STEP("position or tokens out of range");

    private final String text;

    HlsFault(String text) {
        this.text = text;
    }

    /** The fault of a number. */
    static HlsFault of(long code) {
        HlsFault[] all = values();
        if (code < 0 || code >= all.length) {
            throw new IllegalStateException("fault " + code + " of the HLS kernels: 0 to "
                    + (all.length - 1) + "; the library is of another version");
        }
        return all[(int) code];
    }

    /** One clause for a message. */
    String text(long detail) {
        return String.format(Locale.ROOT, text, detail);
    }
}
