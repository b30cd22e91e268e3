package dev.skein.hls.board;

import dev.skein.hls.number.StripRows;

/**
 * The MPE: one array of multipliers with two shapes (FlightLLM, section 3 and its artifact).
 *
 * @param mm shape in matrix-matrix mode, prefill
 * @param mv shape in matrix-vector mode, decode
 * @param fillCycles pipeline depth paid once an instruction
 */
public record MatrixEngine(Shape mm, Shape mv, int fillCycles) {

    /**
     * Multiply-accumulates per cycle along each dimension.
     *
     * @param m rows of x
     * @param n output columns
     * @param k reduction
     */
    public record Shape(int m, int n, int k) {

        /** Cycles of {@code [m, k] x [n, k]} without pipeline fill. */
        public long cycles(int rows, int cols, int depth) {
            return Math.multiplyExact(Math.multiplyExact((long) Math.ceilDiv(rows, m),
                    Math.ceilDiv(cols, n)), Math.ceilDiv(depth, k));
        }

        /** Peak multiply-accumulates per cycle. */
        public int macsPerCycle() {
            return m * n * k;
        }
    }

    /** Cycles of an MM instruction with resolved extents. */
    public long mmCycles(int m, int n, int k) {
        return mm.cycles(m, n, k) + fillCycles;
    }

    /** Cycles of an MV instruction with resolved extents. */
    public long mvCycles(int m, int n, int k) {
        return mv.cycles(m, n, k) + fillCycles;
    }

    /**
     * Cycles of an SPMM whose strips take {@code steps} dense steps each. A strip goes through the
     * array block by block, all of its 16 rows, even those that a tile ends before; and its sums
     * leave a row of weights a cycle, so that the last ones are later.
     */
    public long spmmCycles(int m, int n, int steps) {
        int rows = StripRows.strips(n) * StripRows.ROWS;
        return mm.cycles(m, rows, StripRows.BLOCK * steps) + fillCycles
                + Math.max(0, StripRows.ROWS / mm.n - 1);
    }

    /** Cycles of an SPMV whose strips take {@code steps} dense steps each. */
    public long spmvCycles(int m, int n, int steps) {
        return mvCycles(m, n, StripRows.BLOCK * steps);
    }
}
