package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the weights of a linear layer are stored: symmetric integers of {@code bits} bits; with
 * groups, an unsigned 8-bit integer scale for each {@code groupSize} consecutive weights of a row;
 * and one binary32 scale a row (output channel).
 *
 * @param bits bits a weight
 * @param groupSize weights of a row that share a group scale, a power of two from {@value
 *     #MIN_GROUP} to {@value #MAX_GROUP}; 0 for no group scales. The last group of a row may be
 *     short
 */
public record WeightFormat(WeightBits bits, int groupSize) {
    /** Smallest group: one unit of packed weights. */
    public static final int MIN_GROUP = 16;
    /** Largest group the instruction field expresses. */
    public static final int MAX_GROUP = 1024;

    private static final Pattern TEXT = Pattern.compile("w([23458])(?:g(\\d{1,4}))?");

    public WeightFormat {
        Objects.requireNonNull(bits, "bits");
        boolean legal = groupSize == 0 || groupSize >= MIN_GROUP && groupSize <= MAX_GROUP
                && Integer.bitCount(groupSize) == 1;
        if (!legal) {
            throw new IllegalArgumentException("group size " + groupSize
                    + ": allowed are 0 (none) and powers of two from " + MIN_GROUP + " to "
                    + MAX_GROUP);
        }
    }

    /** The instruction field: 0 without groups, else {@code g} with groups of {@code 8 << g}. */
    public int groupCode() {
        return groupSize == 0 ? 0 : Integer.numberOfTrailingZeros(groupSize) - 3;
    }

    /** Group scales of a row of {@code cols} weights; 0 without groups. */
    public int groups(int cols) {
        return groupSize == 0 ? 0 : Math.ceilDiv(cols, groupSize);
    }

    /**
     * The format of {@code w4g16} or, without groups, {@code w8}.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static WeightFormat parse(String text) {
        Matcher m = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new IllegalArgumentException("weight format \"" + text
                    + "\": allowed are w2, w3, w4, w5 and w8, with g16 to g1024 behind for groups");
        }
        int group = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
        return new WeightFormat(WeightBits.of(Integer.parseInt(m.group(1))), group);
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return "w" + bits.bits() + (groupSize == 0 ? "" : "g" + groupSize);
    }
}
