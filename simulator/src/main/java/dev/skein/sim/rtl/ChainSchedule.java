package dev.skein.sim.rtl;

import dev.skein.hls.number.SparsePattern;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of one row of weights on a chain. Kept weights fill the slices one after the other,
 * whatever block they are of, so that a block N:16 takes N / 16 of a step; 12 take a whole one.
 * Blocks take multiples of two slices and never share a DSP group. A sum runs through groups
 * that follow each other in a step as long as their weights have one scale, over four groups at
 * most: more than eight products could overflow the lower of the two packed sums.
 */
final class ChainSchedule {
    /** Groups whose sum is exact: 8 products. */
    private static final int CASCADE = 4;

    private final List<ChainStep> steps = new ArrayList<>();
    private ChainStep step;
    private int slice;
    private int cascaded;
    private int block = -1;
    private int scaleGroup = -1;

    private ChainSchedule() {
    }

    /**
     * A block of the row.
     *
     * @param pattern how many slices it takes
     * @param columns of its kept weights, 0 to 15, as many as the pattern keeps
     * @param weights int8
     * @param scaleGroup weights of the same number have the same scale
     * @param scale 0 to 255
     */
    record Block(SparsePattern pattern, int[] columns, byte[] weights, int scaleGroup, int scale) {}

    /** The steps of a row, at least one. */
    static List<ChainStep> of(List<Block> row) {
        var schedule = new ChainSchedule();
        for (Block b : row) {
            schedule.add(b);
        }
        if (schedule.steps.isEmpty()) {
            schedule.begin();
        }
        return schedule.steps;
    }

    private void begin() {
        step = new ChainStep(new byte[ChainStep.SLICES], new byte[ChainStep.SLICES],
                new int[ChainStep.GROUPS], new int[ChainStep.GROUPS], 0);
        steps.add(step);
        slice = 0;
        scaleGroup = -1;
    }

    private void add(Block b) {
        block++;
        int slices = 2 * b.pattern().eighths();
        for (int i = 0; i < slices; i++) {
            if (step == null || slice == ChainStep.SLICES) {
                begin();
            }
            if (slice % 2 == 0) {
                group(b);
            }
            if (i < b.weights().length) {
                step.weights()[slice] = b.weights()[i];
                step.columns()[slice] = (byte) b.columns()[i];
            }
            slice++;
        }
    }

    private void group(Block b) {
        int g = slice / 2;
        step.blocks()[g] = block;
        step.scales()[g] = b.scale();
        boolean goesOn = b.scaleGroup() == scaleGroup && cascaded < CASCADE;
        cascaded = goesOn ? cascaded + 1 : 1;
        scaleGroup = b.scaleGroup();
        if (goesOn) {
            step = new ChainStep(step.weights(), step.columns(), step.blocks(), step.scales(),
                    step.cascade() | 1 << g);
            steps.set(steps.size() - 1, step);
        }
    }
}
