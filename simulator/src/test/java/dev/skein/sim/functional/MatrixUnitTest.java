package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MatrixUnitTest {
    @SuppressWarnings("unused")
    private static final List<ExecutionMode> MODES = Rig.MODES;

    private static final Registers STEP = new Registers(5, 3, 0);
    private static final int OUT = 1 << 17;
    private static final int ACT_SCALE = OUT - 1024;
    private static final int SCALE = 1 << 17;

    /** Shape and form of a matrix instruction with m rows of x. */
    private record Shape(Extent m, Extent n, Extent k, WeightBits bits, int group, boolean scaled,
            boolean biased, boolean transposed) {
        Instruction.MatMat at(int act, int actStride, int weight, int outStride) {
            return new Instruction.MatMat(Tokens.NONE, act, actStride, bits, group, scaled, biased,
                    transposed, ACT_SCALE, 4, weight, SCALE, OUT, outStride, m, n, k);
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void everyWidthAndGroupAtOddShapes(ExecutionMode mode) {
        var rig = new Rig(mode, 11);
        for (WeightBits bits : WeightBits.values()) {
            for (int group = 0; group <= PackedRows.MAX_GROUP; group++) {
                for (int round = 0; round < 6; round++) {
                    int k = rig.pick(1, 15, 16, 17, 32, 33, 64, 100, 172, 255, 300);
                    var shape = new Shape(Extent.fixed(rig.pick(1, 1, 2, 5)),
                            Extent.fixed(rig.pick(1, 2, 16, 17, 33)), Extent.fixed(k), bits, group,
                            rig.random.nextBoolean(), rig.random.nextBoolean(), false);
                    check(rig, shape, -127);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void longRowsOfLargestValuesDoNotOverflow(ExecutionMode mode) {
        var rig = new Rig(mode, 12);
        for (int group : new int[] {0, 1, 2, 7}) {
            int k = 4097;
            var shape = new Shape(Extent.fixed(2), Extent.fixed(3), Extent.fixed(k), WeightBits.W8,
                    group, true, false, false);
            rig.fillFloats(2);
            Arrays.fill(rig.core().bytes(Space.ACT), 0, 16_384, (byte) -127);
            Arrays.fill(rig.core().bytes(Space.WGT), 0, 3 * 8192, (byte) 0x80);
            rig.check(shape.at(0, 4112, 0, 16), STEP);
            check(rig, shape, -128);
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void lowestActivationIsExactToo(ExecutionMode mode) {
        var rig = new Rig(mode, 13);
        for (boolean transposed : new boolean[] {false, true}) {
            var shape = new Shape(Extent.fixed(2), Extent.fixed(20), Extent.fixed(64),
                    WeightBits.W8, 0, true, true, transposed);
            rig.fillFloats(2);
            Arrays.fill(rig.core().bytes(Space.ACT), 0, 256, (byte) -128);
            Arrays.fill(rig.core().bytes(Space.WGT), 0, 8192, (byte) -128);
            rig.check(shape.at(0, 64, 0, 80), STEP);
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void lengthsFollowTheRegisters(ExecutionMode mode) {
        var rig = new Rig(mode, 14);
        check(rig, new Shape(Extent.tokens(1), Extent.context(1), Extent.fixed(24), WeightBits.W8,
                0, true, false, false), -127);
        check(rig, new Shape(Extent.tokens(2), Extent.fixed(24), Extent.context(3), WeightBits.W8,
                0, false, false, true), -127);
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void transposedAtOddShapes(ExecutionMode mode) {
        var rig = new Rig(mode, 15);
        for (int round = 0; round < 60; round++) {
            check(rig, new Shape(Extent.fixed(rig.pick(1, 2, 5)),
                    Extent.fixed(rig.pick(1, 8, 15, 16, 17, 64, 100)),
                    Extent.fixed(rig.pick(1, 2, 3, 16, 31, 100, 300)), WeightBits.W8, 0,
                    rig.random.nextBoolean(), rig.random.nextBoolean(), true), -127);
        }
        rig.fillFloats(2);
        Arrays.fill(rig.core().bytes(Space.ACT), 0, 8192, (byte) -127);
        Arrays.fill(rig.core().bytes(Space.WGT), 0, 1 << 17, (byte) -128);
        rig.check(new Shape(Extent.fixed(1), Extent.fixed(9), Extent.fixed(8191), WeightBits.W8, 0,
                true, false, true).at(0, 8192, 0, 64), STEP);
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void largeEnoughForTwoThreads(ExecutionMode mode) {
        var rig = new Rig(mode, 16);
        check(rig, new Shape(Extent.fixed(1), Extent.fixed(700), Extent.fixed(380), WeightBits.W2,
                1, false, false, false), -127);
        check(rig, new Shape(Extent.fixed(9), Extent.fixed(333), Extent.fixed(172), WeightBits.W4,
                1, true, true, false), -127);
        check(rig, new Shape(Extent.fixed(16), Extent.fixed(130), Extent.fixed(200),
                WeightBits.W8, 0, true, true, true), -127);
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void tiledReductionAddsOverTheLoop(ExecutionMode mode) {
        var rig = new Rig(mode, 17);
        for (int tile : new int[] {16, 48}) {
            for (boolean transposed : new boolean[] {false, true}) {
                rig.fillFloats(2);
                rig.fillBytes(Space.ACT, 0, 4096, -127);
                var first = new Shape(Extent.fixed(3), Extent.fixed(20), Extent.tile(tile),
                        WeightBits.W8, 0, true, true, transposed).at(0, 128, 0, 80);
                // a second, interleaved accumulation with another out
                var second = new Instruction.MatVec(Tokens.NONE, 512, 128, WeightBits.W8, 0, false,
                        false, transposed, ACT_SCALE, 4, 4096, SCALE, OUT + 8192, 80,
                        Extent.fixed(1), Extent.fixed(7), Extent.tile(tile));
                var oracle = new InstructionOracle(rig.core());
                for (int iteration = 0; iteration * tile < 100; iteration++) {
                    var r = new Registers(97, 3, iteration);
                    rig.check(oracle, first, r);
                    rig.check(oracle, second, r);
                }
            }
        }
    }

    /** The last tile ends at what the span keeps: 44 of 300 tokens. */
    @ParameterizedTest
    @FieldSource("MODES")
    void tiledReductionEndsWithWhatIsKept(ExecutionMode mode) {
        var rig = new Rig(mode, 20);
        rig.fillFloats(2);
        rig.fillBytes(Space.ACT, 0, 4096, -127);
        var shape = new Shape(Extent.fixed(1), Extent.fixed(20), Extent.tile(16), WeightBits.W8, 0,
                false, false, true).at(0, 64, 0, 80);
        var oracle = new InstructionOracle(rig.core());
        for (int iteration = 0; iteration < 3; iteration++) {
            rig.check(oracle, shape, new Registers(299, 1, iteration, new Span(0, 1, 0)));
        }
        assertTrue(LittleEndian.float32(rig.core().bytes(Space.ACT), OUT) != 0);
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void tiledColumnsAdvanceOut(ExecutionMode mode) {
        var rig = new Rig(mode, 18);
        var scores = new Shape(Extent.fixed(2), Extent.tile(32), Extent.fixed(24), WeightBits.W8,
                0, true, false, false).at(0, 32, 0, 512);
        rig.fillFloats(2);
        rig.fillBytes(Space.ACT, 0, 64, -127);
        for (int iteration = 0; iteration < 4; iteration++) {
            rig.check(scores, new Registers(99, 1, iteration));
        }
        // past the context nothing happens
        rig.check(scores, new Registers(31, 1, 2));
    }

    @Test
    void refusesOperandsOutsideTheBuffers() {
        var rig = new Rig(ExecutionMode.SCALAR, 19);
        var shape = new Shape(Extent.fixed(1), Extent.fixed(16), Extent.fixed(16), WeightBits.W8, 0,
                false, false, false);
        var error = assertThrows(IllegalStateException.class,
                () -> rig.check(shape.at(1 << 18, 16, 0, 64), STEP));
        assertEquals("access of 16 B at ACT address 262144: the buffer has 262144 B",
                error.getMessage().lines().findFirst().orElseThrow());
        error = assertThrows(IllegalStateException.class,
                () -> rig.execution.execute(0, shape.at(0, 16, (1 << 18) - 240, 64), STEP,
                        new long[8]));
        assertEquals("access of 256 B at WGT address 261904: the buffer has 262144 B",
                error.getMessage());
        var tiled = new Shape(Extent.fixed(1), Extent.fixed(16), Extent.tile(2), WeightBits.W8, 0,
                false, false, false);
        error = assertThrows(IllegalStateException.class, () -> rig.execution.execute(0,
                tiled.at(0, 16, 0, 64), new Registers(5, 3, 1), new long[8]));
        assertEquals("tiled k with out at ACT address 131072: no accumulators of 16 from"
                + " iteration 0", error.getMessage());
    }

    /** Random operands, x from {@code low} on. */
    private static void check(Rig rig, Shape shape, int low) {
        int m = shape.m.resolve(STEP);
        int n = shape.n.resolve(STEP);
        int k = shape.k.resolve(STEP);
        int actStride = PackedRows.align16(k) + 16 * rig.random.nextInt(3);
        rig.fillFloats(2);
        rig.fillBytes(Space.ACT, 0, m * actStride, low);
        rig.fillBytes(Space.WGT, 0, SCALE, -128);
        rig.check(shape.at(0, actStride, 16 * rig.random.nextInt(5), 4 * n + 4), STEP);
    }
}
