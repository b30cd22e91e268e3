package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the weights of a linear layer are stored: symmetric integers; with groups, an unsigned 8-bit
 * integer scale for each {@code groupSize} consecutive weights of a row; and one binary32 scale a
 * row (output channel).
 *
 * <p>A uniform format is dense and has one width; its rows are packed one by one ({@code
 * hls.number.PackedRows}). In others 16 rows make a strip of blocks of 16 x 16, each with a
 * pattern and a width of its own ({@code hls.number.SparsePattern}, {@link BlockMix}).
 *
 * @param blocks widths and patterns
 * @param groupSize weights of a row that share a group scale, a power of two from {@value
 *     #MIN_GROUP} to {@value #MAX_GROUP}; 0 for no group scales. The last group of a row may be
 *     short
 */
public record WeightFormat(BlockMix blocks, int groupSize) {
    /** Smallest group: one unit of packed weights. */
    public static final int MIN_GROUP = 16;
    /** Largest group the instruction field expresses. */
    public static final int MAX_GROUP = 1024;

    private static final Pattern TEXT = Pattern.compile(
            "(?:w([23458])|mixed(\\d(?:\\.\\d{1,2})?))(?:g(\\d{1,4}))?"
            + "(?:@(?:(2|4|8|12):16|(2:4)|(0\\.\\d{1,2})))?");

    public WeightFormat {
        Objects.requireNonNull(blocks, "blocks");
        boolean legal = groupSize == 0 || groupSize >= MIN_GROUP && groupSize <= MAX_GROUP
                && Integer.bitCount(groupSize) == 1;
        if (!legal) {
            throw new IllegalArgumentException("group size " + groupSize
                    + ": allowed are 0 (none) and powers of two from " + MIN_GROUP + " to "
                    + MAX_GROUP);
        }
    }

    /** A uniform format. */
    public WeightFormat(WeightBits bits, int groupSize) {
        this(BlockMix.of(bits), groupSize);
    }

    /** Whether it is dense and of one width: rows are packed one by one. */
    public boolean isUniform() {
        return blocks.isUniform();
    }

    /**
     * The width of a uniform format.
     *
     * @throws IllegalArgumentException if the format is not uniform
     */
    public WeightBits bits() {
        if (!isUniform()) {
            throw new IllegalArgumentException("weight format " + this + " is not uniform");
        }
        return blocks.widths().only().orElseThrow();
    }

    /** The instruction field: 0 without groups, else {@code g} with groups of {@code 8 << g}. */
    public int groupCode() {
        return groupSize == 0 ? 0 : Integer.numberOfTrailingZeros(groupSize) - 3;
    }

    /** Group scales of a row of {@code cols} weights; 0 without groups. */
    public int groups(int cols) {
        return groupSize == 0 ? 0 : Math.ceilDiv(cols, groupSize);
    }

    /** Blocks of a strip of {@code cols} columns. */
    public static int blocks(int cols) {
        return StripRows.blocks(cols);
    }

    /** Bytes of a strip of 16 rows, the scales of rows not counted. */
    public int stripBytes(int cols) {
        return StripRows.stripBytes(blocks.counts(blocks(cols)), groupCode());
    }

    /** Steps of 16 columns that a strip takes at the dense rate; at least one. */
    public int stripSteps(int cols) {
        return StripRows.steps(blocks.counts(blocks(cols)));
    }

    /** Bits a weight of the matrix takes in memory, zeros counted, with all scales and indices. */
    public double bitsPerWeight(int cols) {
        double rowBytes = isUniform() ? PackedRows.rowBytes(bits(), groupCode(), cols)
                : stripBytes(cols) / (double) StripRows.BLOCK;
        return 8 * (rowBytes + Float.BYTES) / cols;
    }

    /**
     * The format of {@code w4g16}, {@code w8}, {@code mixed3.5g32}, {@code w4g16@8:16}, {@code
     * w4@2:4} or {@code w4g16@0.5}: width, group size, and how many weights are kept.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static WeightFormat parse(String text) {
        Matcher m = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new IllegalArgumentException("weight format \"" + text
                    + "\": write w2, w3, w4, w5, w8 or mixed3.5, then g16 to g1024 for groups,"
                    + " then @8:16 (2, 4, 8, 12), @2:4 or a density @0.5");
        }
        Widths widths = m.group(1) != null
                ? Widths.of(WeightBits.of(Integer.parseInt(m.group(1))))
                : Widths.mixed(hundredths(m.group(2)));
        Sparsity sparsity = m.group(4) != null
                ? Sparsity.of(SparsePattern.of(Integer.parseInt(m.group(4))))
                : m.group(5) != null ? Sparsity.TWO_OF_FOUR
                : m.group(6) != null ? Sparsity.mixed(hundredths(m.group(6))) : Sparsity.DENSE;
        int group = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        return new WeightFormat(new BlockMix(widths, sparsity), group);
    }

    private static int hundredths(String decimal) {
        return new BigDecimal(decimal).movePointRight(2).intValueExact();
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return blocks.widths() + (groupSize == 0 ? "" : "g" + groupSize) + blocks.sparsity();
    }
}
