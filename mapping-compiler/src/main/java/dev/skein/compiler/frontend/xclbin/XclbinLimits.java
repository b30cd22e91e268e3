package dev.skein.compiler.frontend.xclbin;

/**
 * What a container may have, a few times what the largest ones have: a full U280 design is some
 * 100 MB with 40 to 80 banks and units and a metadata XML of 300 kB.
 *
 * @param bytes of the file
 * @param sections headers
 * @param entries of a table
 * @param connections of a connectivity table
 * @param textBytes of a section of XML or JSON
 * @param elements of the XML
 * @param depth of the XML
 */
public record XclbinLimits(int bytes, int sections, int entries, int connections, int textBytes,
        int elements, int depth) {
    /** For files of v++. */
    public static final XclbinLimits DEFAULT =
            new XclbinLimits(1 << 30, 256, 1024, 1 << 16, 1 << 24, 1 << 17, 64);
}
