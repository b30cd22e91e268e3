package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.MatrixEngine;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SPMM and SPMV take the time of a dense matrix with 16 columns for each step. */
class SparseTimingTest {
    private static final Board BOARD = Boards.load("u280-flightllm");
    private static final int STRIP_BYTES = 1024;

    private static Instruction sparse(boolean mm, int m, int n, int k, int steps) {
        return mm ? new Instruction.SparseMatMat(Tokens.NONE, 0, 64, 0, false, 0, 4, 0, 0, 64,
                STRIP_BYTES, steps, Extent.fixed(m), n, k)
                : new Instruction.SparseMatVec(Tokens.NONE, 0, 64, 0, true, 0, 4, 0, 0, 64,
                        STRIP_BYTES, steps, Extent.fixed(m), n, k);
    }

    private static Instruction dense(boolean mm, int m, int n, int k) {
        return mm ? new Instruction.MatMat(Tokens.NONE, 0, 64, WeightBits.W4, 0, true, false,
                false, 0, 4, 0, 0, 0, 64, Extent.fixed(m), Extent.fixed(n), Extent.fixed(k))
                : new Instruction.MatVec(Tokens.NONE, 0, 64, WeightBits.W4, 0, true, false, false,
                        0, 4, 0, 0, 0, 64, Extent.fixed(m), Extent.fixed(n), Extent.fixed(k));
    }

    private static CycleReport run(Instruction i) {
        var program = RandomStreams.program(List.of(
                List.of(i, new Instruction.End(Tokens.NONE))));
        CycleReport event = new CycleMachine(program, BOARD, Values.NONE).run(0, 1);
        assertEquals(new TickMachine(program, BOARD, Values.NONE).run(0, 1), event);
        return event;
    }

    @Test
    void timeAndWorkFollowTheSteps() {
        for (boolean mm : new boolean[] {false, true}) {
            for (int steps : new int[] {1, 2, 7, 32, 100}) {
                CycleReport found = run(sparse(mm, 3, 77, 1600, steps));
                // SPMM does the padding of the last strip, and drains 8 rows
                CycleReport like = run(dense(mm, 3, mm ? 80 : 77, 16 * steps));
                assertEquals(like.cycles() + (mm ? 7 : 0), found.cycles(),
                        mm + ", " + steps + " steps");
                assertEquals(3L * 77 * 16 * steps, found.activity().macs());
                // x, five strips, out
                assertEquals(3 * 1600 + 5 * STRIP_BYTES + 4 * 3 * 77,
                        found.activity().onChipBytes());
                assertTrue(found.opcodes().containsKey(mm ? Opcode.SPMM : Opcode.SPMV));
            }
        }
    }

    @Test
    void halfTheWeightsTakeHalfTheTime() {
        MatrixEngine mpe = BOARD.mpe();
        int k = 64 * mpe.mv().k();
        int n = 4 * mpe.mv().n();
        long all = run(sparse(false, 1, n, k, k / 16)).cycles();
        long half = run(sparse(false, 1, n, k, k / 32)).cycles();
        assertEquals(4 * 32, all - half);
    }
}
