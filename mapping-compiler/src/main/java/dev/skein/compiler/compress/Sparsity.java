package dev.skein.compiler.compress;

import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How many weights of the blocks of a matrix are kept: in all blocks the same, or a mix.
 *
 * @param only the pattern of all blocks; absent in a mix
 * @param fours 2 of every 4 neighbours are kept, which is a case of 8 of 16
 * @param hundredths of the weights that are kept; a mix keeps at most these
 */
public record Sparsity(Optional<SparsePattern> only, boolean fours, int hundredths) {
    /** Everything is kept. */
    public static final Sparsity DENSE = of(SparsePattern.N16);
    /** 2 of every 4 neighbours are kept. */
    public static final Sparsity TWO_OF_FOUR =
            new Sparsity(Optional.of(SparsePattern.N8), true, 50);

    private static final int HUNDRED = 100;
    private static final List<SparsePattern> MIX = List.of(SparsePattern.N0, SparsePattern.N2,
            SparsePattern.N4, SparsePattern.N8, SparsePattern.N16);
    /**
     * Kept weights of 16 by which a block may stray from the density before its share falls to
     * 1/e: most blocks of trained models are worth about the same.
     */
    private static final double STRAY = 2.5;

    public Sparsity {
        boolean legal = only.map(p -> hundredths == hundredths(p) && p != SparsePattern.N0
                && (!fours || p == SparsePattern.N8))
                .orElse(!fours && hundredths > 0 && hundredths < HUNDRED);
        if (!legal) {
            throw new IllegalArgumentException("density " + Widths.text(hundredths)
                    + ": allowed is more than 0 and less than 1");
        }
    }

    private static int hundredths(SparsePattern pattern) {
        return pattern.kept() * HUNDRED / StripRows.BLOCK;
    }

    /** All blocks of one pattern. */
    public static Sparsity of(SparsePattern pattern) {
        return new Sparsity(Optional.of(pattern), false, hundredths(pattern));
    }

    /** A mix that keeps at most these hundredths of the weights. */
    public static Sparsity mixed(int hundredths) {
        return new Sparsity(Optional.empty(), false, hundredths);
    }

    /** Greatest share of the weights that are kept. */
    public double density() {
        return only.map(p -> p.kept() / (double) StripRows.BLOCK)
                .orElse(hundredths / (double) HUNDRED);
    }

    /** The patterns that occur, increasing. */
    public List<SparsePattern> levels() {
        return only.map(List::of).orElse(MIX);
    }

    /** How many of {@code blocks} have each of {@link #levels}. */
    int[] counts(int blocks) {
        if (only.isPresent()) {
            return new int[] {blocks};
        }
        double[] levels = MIX.stream().mapToDouble(SparsePattern::kept).toArray();
        double kept = density() * StripRows.BLOCK;
        double[] prior = Arrays.stream(levels).map(n -> Math.exp(-Math.abs(n - kept) / STRAY))
                .toArray();
        int[] counts = Shares.wholes(Shares.ofMean(levels, prior, kept), blocks);
        Shares.fit(counts, levels, kept * blocks);
        return counts;
    }

    /** Nothing for dense, {@code @8:16}, {@code @2:4} or {@code @0.5}. */
    @Override
    public String toString() {
        return this.equals(DENSE) ? "" : fours ? "@2:4"
                : only.map(p -> "@" + p.kept() + ":16").orElse("@" + Widths.text(hundredths));
    }
}
