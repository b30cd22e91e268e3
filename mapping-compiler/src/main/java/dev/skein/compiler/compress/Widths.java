package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Widths of the blocks of a matrix: all the same, or a mix of three neighbouring ones.
 *
 * @param only the width of all blocks; absent in a mix
 * @param hundredths the average over the kept weights, in hundredths of a bit: a mix has at most
 *     this
 */
public record Widths(Optional<WeightBits> only, int hundredths) {
    private static final int HUNDRED = 100;

    public Widths {
        if (only.isPresent() ? hundredths != HUNDRED * only.get().bits()
                : hundredths <= 2 * HUNDRED || hundredths >= 8 * HUNDRED) {
            throw new IllegalArgumentException("average of mixed widths "
                    + text(hundredths) + ": allowed is more than 2 and less than 8 bits");
        }
    }

    /** All blocks of one width. */
    public static Widths of(WeightBits bits) {
        return new Widths(Optional.of(bits), HUNDRED * bits.bits());
    }

    /** A mix with this average, in hundredths of a bit. */
    public static Widths mixed(int hundredths) {
        return new Widths(Optional.empty(), hundredths);
    }

    /** Greatest average over the kept weights, bits. */
    public double average() {
        return hundredths / (double) HUNDRED;
    }

    /** The widths that occur, increasing: of a mix those around its average. */
    public List<WeightBits> levels() {
        if (only.isPresent()) {
            return List.of(only.get());
        }
        return hundredths <= 3 * HUNDRED ? List.of(WeightBits.W2, WeightBits.W3, WeightBits.W4)
                : hundredths < 5 * HUNDRED ? List.of(WeightBits.W3, WeightBits.W4, WeightBits.W5)
                : List.of(WeightBits.W4, WeightBits.W5, WeightBits.W8);
    }

    /** How many of {@code blocks} have each of {@link #levels}: on average at most the average. */
    int[] counts(int blocks) {
        double[] levels = levels().stream().mapToDouble(WeightBits::bits).toArray();
        if (levels.length == 1) {
            return new int[] {blocks};
        }
        double[] prior = new double[levels.length];
        Arrays.fill(prior, 1);
        int[] counts = Shares.wholes(Shares.ofMean(levels, prior, average()), blocks);
        Shares.fit(counts, levels, average() * blocks);
        return counts;
    }

    /** {@code w4} or {@code mixed3.5}. */
    @Override
    public String toString() {
        return only.isPresent() ? "w" + only.get().bits() : "mixed" + text(hundredths);
    }

    static String text(int hundredths) {
        return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString();
    }
}
