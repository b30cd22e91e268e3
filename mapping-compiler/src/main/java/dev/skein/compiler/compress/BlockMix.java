package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which classes the blocks of a matrix have, and how many of each. Every strip of 16 rows has the
 * same number of blocks of each class, so that sizes and times follow from the shape alone; which
 * block has which class follows from the weights.
 *
 * @param widths of the kept weights
 * @param sparsity how many weights are kept
 */
public record BlockMix(Widths widths, Sparsity sparsity) {
    /** Counts by mix and blocks: a compiler asks for the same few, tile after tile. */
    private static final Map<BlockMix, Map<Integer, Map<BlockClass, Integer>>> KNOWN =
            new ConcurrentHashMap<>();

    public BlockMix {
        Objects.requireNonNull(widths, "widths");
        Objects.requireNonNull(sparsity, "sparsity");
    }

    /** All blocks dense and of one width. */
    public static BlockMix of(WeightBits bits) {
        return new BlockMix(Widths.of(bits), Sparsity.DENSE);
    }

    /** Whether all blocks are dense and of one width. */
    public boolean isUniform() {
        return widths.only().isPresent() && sparsity.equals(Sparsity.DENSE);
    }

    /**
     * How many blocks of a strip have each class, by code; classes that do not occur are absent.
     * The widths are counted anew for each pattern, the sparsest first, so that no pattern takes
     * more than the average.
     *
     * @param blocks of a strip
     */
    public Map<BlockClass, Integer> counts(int blocks) {
        return KNOWN.computeIfAbsent(this, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(blocks, this::count);
    }

    private Map<BlockClass, Integer> count(int blocks) {
        Map<BlockClass, Integer> out = new TreeMap<>(
                Comparator.comparingInt(BlockClass::code));
        int[] patterns = sparsity.counts(blocks);
        List<WeightBits> levels = widths.levels();
        for (int p = 0; p < patterns.length; p++) {
            SparsePattern pattern = sparsity.levels().get(p);
            if (pattern == SparsePattern.N0) {
                put(out, new BlockClass(pattern, WeightBits.W2), patterns[p]);
                continue;
            }
            int[] counts = widths.counts(patterns[p]);
            for (int w = 0; w < counts.length; w++) {
                put(out, new BlockClass(pattern, levels.get(w)), counts[w]);
            }
        }
        return Collections.unmodifiableMap(out);
    }

    private static void put(Map<BlockClass, Integer> out, BlockClass key, int count) {
        if (count > 0) {
            out.put(key, count);
        }
    }
}
