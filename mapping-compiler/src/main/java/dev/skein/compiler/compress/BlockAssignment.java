package dev.skein.compiler.compress;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which block gets which class at the least cost when the number of blocks of each class is given:
 * a transportation problem, solved exactly by cancelling negative cycles (Klein 1967). Moving
 * blocks around a cycle of classes keeps the numbers; an assignment that no cycle improves is
 * optimal. There are few classes, so a cycle is found by Bellman and Ford.
 */
final class BlockAssignment {
    private final double[][] cost;
    private final int classes;
    private final int[] assigned;

    private BlockAssignment(double[][] cost, int[] counts) {
        this.cost = cost;
        classes = counts.length;
        assigned = new int[cost.length];
        // Near the optimum: the blocks that lose least by it get the costliest classes.
        Integer[] byCost = order(classes, c -> -total(c));
        int costliest = byCost[0];
        int cheapest = byCost[classes - 1];
        Integer[] blocks = order(cost.length, b -> cost[b][costliest] - cost[b][cheapest]);
        int next = 0;
        for (int c : byCost) {
            for (int i = 0; i < counts[c]; i++) {
                assigned[blocks[next++]] = c;
            }
        }
    }

    private static Integer[] order(int n, ToDoubleFunction<Integer> key) {
        return IntStream.range(0, n).boxed().sorted(Comparator.comparingDouble(key))
                .toArray(Integer[]::new);
    }

    private double total(int c) {
        double sum = 0;
        for (double[] row : cost) {
            sum += row[c];
        }
        return sum;
    }

    /**
     * The class of each block.
     *
     * @param cost {@code [blocks, classes]} of giving a block a class, finite
     * @param counts {@code [classes]} how many blocks have it; their sum is that of the blocks
     */
    static int[] solve(double[][] cost, int[] counts) {
        if (Arrays.stream(counts).sum() != cost.length) {
            throw new IllegalArgumentException(cost.length + " blocks for classes of "
                    + Arrays.stream(counts).sum());
        }
        var problem = new BlockAssignment(cost, counts);
        // Each round lowers the total; the bound guards against rounding that goes in circles.
        for (int round = 0; round < 64 * cost.length * counts.length; round++) {
            if (!problem.improve()) {
                break;
            }
        }
        return problem.assigned;
    }

    /** Moves the blocks of one cycle; false if none improves. */
    private boolean improve() {
        int[][] mover = new int[classes][classes];
        double[][] change = new double[classes][classes];
        double scale = cheapestMoves(mover, change);
        double[] distance = new double[classes];
        int[] previous = new int[classes];
        Arrays.fill(previous, -1);
        int last = -1;
        for (int round = 0; round < classes; round++) {
            last = -1;
            for (int from = 0; from < classes; from++) {
                for (int to = 0; to < classes; to++) {
                    double found = distance[from] + change[from][to];
                    if (from != to && found < distance[to] - 1e-12 * scale) {
                        distance[to] = found;
                        previous[to] = from;
                        last = to;
                    }
                }
            }
        }
        return last >= 0 && turn(last, previous, mover);
    }

    /** For each pair of classes the block that moves for the least; returns the largest cost. */
    private double cheapestMoves(int[][] mover, double[][] change) {
        for (double[] row : change) {
            Arrays.fill(row, Double.POSITIVE_INFINITY);
        }
        double scale = Double.MIN_NORMAL;
        for (int b = 0; b < cost.length; b++) {
            int from = assigned[b];
            scale = Math.max(scale, cost[b][from]);
            for (int to = 0; to < classes; to++) {
                double difference = cost[b][to] - cost[b][from];
                if (difference < change[from][to]) {
                    change[from][to] = difference;
                    mover[from][to] = b;
                }
            }
        }
        return scale;
    }

    private boolean turn(int reached, int[] previous, int[][] mover) {
        int on = reached;
        for (int i = 0; i < classes; i++) {
            if (previous[on] < 0) {
                return false;
            }
            on = previous[on];
        }
        int to = on;
        do {
            int from = previous[to];
            assigned[mover[from][to]] = to;
            to = from;
        } while (to != on);
        return true;
    }
}
