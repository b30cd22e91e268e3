package dev.skein.ffi.xrt;

import java.time.Instant;

/**
 * An asynchronous error that a card's driver keeps: the fields of {@code xrt_error_code.h}.
 *
 * @param code number, driver, severity, module and class, from the low bits
 * @param nanos when, as the driver counts: ns since 1970, or of a clock of its own
 * @param text what XRT says of it; may be empty
 */
public record CardError(long code, long nanos, String text) {
    /** Classes are numbered from 1 to this. */
    static final int CLASSES = 4;
    private static final long YEAR_2001 = 1_000_000_000_000_000_000L;
    private static final long BILLION = 1_000_000_000L;
    private static final int FIELD = 0xF;
    private static final int NUMBER = 0xFFFF;
    private static final int SEVERITY_AT = 24;
    private static final int MODULE_AT = 32;
    private static final int CLASS_AT = 40;
    private static final String[] NUMBERS = {"0", "firewall trip", "temperature high",
        "AIE saturation", "AIE floating point", "AIE stream", "AIE access", "AIE bus",
        "AIE instruction", "AIE ECC", "AIE lock", "AIE DMA", "AIE memory parity",
        "compute unit", "execution"};
    private static final String[] SEVERITIES = {"0", "emergency", "alert", "critical", "error",
        "warning", "notice", "info", "debug"};
    private static final String[] MODULES = {"0", "firewall", "CMC", "AIE core", "AIE memory",
        "AIE shim", "AIE NoC", "AIE PL"};
    private static final String[] CLASS_NAMES = {"0", "system", "AIE", "hardware", "unknown"};

    private String field(String[] names, int at, int mask) {
        int value = (int) (code >> at) & mask;
        return value < names.length ? names[value] : String.valueOf(value);
    }

    /** {@code hardware error 'firewall trip' (code 0x..., module firewall, critical) at ...}. */
    @Override
    public String toString() {
        String when = nanos >= YEAR_2001
                ? Instant.ofEpochSecond(nanos / BILLION, nanos % BILLION).toString()
                : nanos + " ns of the driver's clock";
        return field(CLASS_NAMES, CLASS_AT, FIELD) + " error '" + field(NUMBERS, 0, NUMBER)
                + "' (code 0x" + Long.toHexString(code) + ", module "
                + field(MODULES, MODULE_AT, FIELD) + ", severity "
                + field(SEVERITIES, SEVERITY_AT, FIELD) + ") at " + when
                + (text.isEmpty() ? "" : ": " + text);
    }
}
