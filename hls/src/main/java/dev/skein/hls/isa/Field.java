package dev.skein.hls.isa;

/**
 * One field of an instruction word.
 *
 * @param name the record component it encodes; an {@link Extent} {@code n} gives {@code n} and
 *     {@code nMode}; {@link Tokens} gives {@code waits} and {@code releases}
 * @param bits width
 * @param granule the value is stored divided by this (addresses are aligned), 1 for none
 * @param word which of the four 64-bit words, little-endian order
 * @param shift lowest bit in that word
 */
public record Field(String name, int bits, int granule, int word, int shift) {

    /** The largest storable value, in units of the component. */
    public long max() {
        return ((1L << bits) - 1) * granule;
    }
}
