package dev.skein.runtime;

import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.LoadOptions.DeviceKind;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device of this machine.
 *
 * @param kind what it is
 * @param index which of its kind, where there may be several
 * @param precision of its kernels; of the reference, whether activations are int8 as in exact mode
 */
public record DeviceChoice(DeviceKind kind, int index, Precision precision) {
    private static final Pattern TEXT =
            Pattern.compile("(reference|sim|opencl|cuda|csd|xrt)(?::(\\d{1,4}))?");

    /** Checks that the kind has the precision. */
    public DeviceChoice {
        Objects.requireNonNull(kind, "kind");
        if (!precision.isExact() && !kind.runsKernels() && kind != DeviceKind.REFERENCE) {
            throw new IllegalArgumentException("--precision " + precision + ": device " + kind
                    + " has exact only; leave --precision out or choose --device opencl,"
                    + " cuda or reference");
        }
    }

    /** An exact device. */
    public DeviceChoice(DeviceKind kind, int index) {
        this(kind, index, Precision.EXACT);
    }

    /** The same in another mode. */
    public DeviceChoice with(Precision other) {
        return new DeviceChoice(kind, index, other);
    }

    /** The only one of its kind, or the first. */
    public static DeviceChoice of(DeviceKind kind) {
        return new DeviceChoice(kind, 0);
    }

    /**
     * Reads {@code sim}, {@code reference}, {@code csd}, {@code xrt}, {@code opencl}, {@code
     * opencl:1}, {@code cuda} or {@code cuda:1}.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static DeviceChoice parse(String text) {
        Matcher m = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (m.matches()) {
            DeviceKind kind = DeviceKind.valueOf(m.group(1).toUpperCase(Locale.ROOT));
            if (m.group(2) == null) {
                return of(kind);
            }
            if (kind.runsKernels()) {
                return new DeviceChoice(kind, Integer.parseInt(m.group(2)));
            }
        }
        throw new IllegalArgumentException("device '" + text + "': allowed are reference, sim,"
                + " csd, xrt, opencl, opencl:N, cuda and cuda:N, the number that 'skein devices'"
                + " gives it");
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind.runsKernels() ? kind + ":" + index : kind.toString();
    }
}
