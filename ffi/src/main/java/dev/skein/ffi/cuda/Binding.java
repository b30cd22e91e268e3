package dev.skein.ffi.cuda;

import java.util.Locale;

/** How calls reach CUDA's driver: two ways that share nothing but that library. */
public enum Binding {

    /** {@code java.lang.foreign}, by hand. */
    FFM,

    /** JCuda, a JNI library of its own: an independent check of the other. */
    JCUDA;

    /** The system property that selects one; without it, FFM. */
    public static final String PROPERTY = "skein.cuda";

    /**
     * The selected one.
     *
     * @throws IllegalArgumentException if the property names neither
     */
    public static Binding selected() {
        String value = System.getProperty(PROPERTY, "ffm");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "ffm" -> FFM;
            case "jcuda" -> JCUDA;
            default -> throw new IllegalArgumentException("system property " + PROPERTY + " is '"
                    + value + "'; allowed are ffm and jcuda");
        };
    }
}
