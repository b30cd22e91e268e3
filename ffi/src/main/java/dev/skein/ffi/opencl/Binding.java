package dev.skein.ffi.opencl;

import java.util.Locale;

/** How calls reach the OpenCL library: two ways that share nothing but that library. */
public enum Binding {

    /** {@code java.lang.foreign}, through the bindings that jextract generated. */
    FFM,

    /** JOCL, a JNI library of its own: an independent check of the other, and slower. */
    JOCL;

    /** The system property that selects one; without it, FFM. */
    public static final String PROPERTY = "skein.opencl";

    /**
     * The selected one.
     *
     * @throws IllegalArgumentException if the property names neither
     */
    public static Binding selected() {
        String value = System.getProperty(PROPERTY, "ffm");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "ffm" -> FFM;
            case "jocl" -> JOCL;
            default -> throw new IllegalArgumentException("system property " + PROPERTY + " is '"
                    + value + "'; allowed are ffm and jocl");
        };
    }
}
