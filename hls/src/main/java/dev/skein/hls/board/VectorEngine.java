package dev.skein.hls.board;

import java.util.EnumMap;
import java.util.Map;

/**
 * The SFU: binary32 lanes working on rows, several passes over a row for reductions.
 *
 * @param lanes elements per cycle and pass
 * @param costs passes and pipeline depth of each class of work
 */
public record VectorEngine(int lanes, Map<VectorKind, Cost> costs) {

    /**
     * What a class of work costs.
     *
     * @param passes sweeps over each row
     * @param latencyCycles pipeline depth, paid once an instruction
     */
    public record Cost(int passes, int latencyCycles) {}

    /** Copies the map; every class must have a cost. */
    public VectorEngine {
        costs = Map.copyOf(new EnumMap<>(costs));
        for (VectorKind kind : VectorKind.values()) {
            if (!costs.containsKey(kind)) {
                throw new IllegalArgumentException("no cost of " + kind);
            }
        }
    }

    /** Cycles of an instruction over {@code [rows, cols]}. */
    public long cycles(VectorKind kind, int rows, int cols) {
        Cost c = costs.get(kind);
        return (long) Math.ceilDiv(cols, lanes) * rows * c.passes() + c.latencyCycles();
    }
}
