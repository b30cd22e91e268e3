package dev.skein.compiler.pass.placement;

/** Where something is computed or kept. */
public enum Unit {
    /** The GPU and its memory. */
    GPU("GPU"),
    /** Memory beside the GPU. */
    HOST("host memory"),
    /** A drive. */
    DRIVE("drive");

    private final String text;

    Unit(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
