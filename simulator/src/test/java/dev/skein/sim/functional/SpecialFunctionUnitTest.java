package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.number.PackedRows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SpecialFunctionUnitTest {
    @SuppressWarnings("unused")
    private static final List<ExecutionMode> MODES = Rig.MODES;

    private static final Registers STEP = new Registers(5, 3, 0);
    private static final int[] LENGTHS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 172, 255, 4097};
    private static final int OUT = 1 << 17;

    @ParameterizedTest
    @FieldSource("MODES")
    void norms(ExecutionMode mode) {
        var rig = new Rig(mode, 21);
        for (int n : LENGTHS) {
            for (NormKind kind : NormKind.values()) {
                rig.fillFloats(3);
                int stride = 4 * (n + rig.random.nextInt(5));
                boolean inPlace = rig.random.nextBoolean();
                rig.check(new Instruction.Norm(Tokens.NONE, kind, 4, stride, inPlace ? 4 : OUT,
                        inPlace ? stride : 4 * n, 8, 20_000, Extent.tokens(1), n, 1e-5f), STEP);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void quantisation(ExecutionMode mode) {
        var rig = new Rig(mode, 22);
        for (int n : LENGTHS) {
            for (boolean multiply : new boolean[] {false, true}) {
                rig.fillFloats(3);
                zeroRow(rig, n);
                rig.check(new Instruction.Quantise(Tokens.NONE, 4, 4 * n, OUT,
                        PackedRows.align16(n) + 16, 200_000, 8, Extent.fixed(3), Extent.fixed(n),
                        multiply, 400), STEP);
            }
        }
        // ties: a maximum of 127 makes the inverse 1
        for (int i = 0; i < 512; i++) {
            LittleEndian.putFloat32(rig.core().bytes(Space.ACT), 4 * i, i / 2f - 127f);
        }
        rig.check(new Instruction.Quantise(Tokens.NONE, 0, 0, OUT, 512, 200_000, 4,
                Extent.fixed(1), Extent.fixed(509), false, 0), STEP);
        rig.check(new Instruction.Quantise(Tokens.NONE, 0, 0, OUT, 512, 200_000, 4,
                Extent.fixed(1), Extent.context(9), false, 0), STEP);
    }

    /** Makes the second of the rows all zeros and the third tiny. */
    private static void zeroRow(Rig rig, int n) {
        byte[] act = rig.core().bytes(Space.ACT);
        for (int i = 0; i < n; i++) {
            LittleEndian.putFloat32(act, 4 + 4 * (n + i), 0f);
            LittleEndian.putFloat32(act, 4 + 4 * (2 * n + i), 0x1p-99f * (i % 3 - 1));
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void softmax(ExecutionMode mode) {
        var rig = new Rig(mode, 23);
        for (int n : LENGTHS) {
            rig.fillFloats(rig.pick(1, 30, 3000));
            rig.check(new Instruction.Softmax(Tokens.NONE, 8, 4 * n + 4, Extent.fixed(3),
                    Extent.fixed(n), 0.125f, false), STEP);
        }
        for (int position : new int[] {0, 1, 7, 13, 14, 15, 16, 30, 300}) {
            rig.fillFloats(9);
            rig.check(new Instruction.Softmax(Tokens.NONE, 8, 4 * 400, Extent.tokens(1),
                    Extent.context(1), 0.3f, true), new Registers(position, 9, 0));
        }
    }

    /** Against the reference with every token in its place, what is not seen at -infinity. */
    @ParameterizedTest
    @FieldSource("MODES")
    void softmaxOfWhatASpanSees(ExecutionMode mode) {
        var rig = new Rig(mode, 29);
        for (int n = 0; n < 60; n++) {
            var span = new Span(rig.random.nextInt(3), 1 + rig.random.nextInt(3),
                    rig.random.nextInt(256));
            int tokens = 1 + rig.random.nextInt(100);
            var r = new Registers(rig.random.nextInt(400), tokens, 0, span);
            rig.fillFloats(9);
            rig.check(new Instruction.Softmax(Tokens.NONE, 8, 4 * 500, Extent.tokens(1),
                    Extent.context(1), 0.3f, true), r);
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void rotaryEmbedding(ExecutionMode mode) {
        var rig = new Rig(mode, 24);
        for (RopeStyle style : RopeStyle.values()) {
            for (int rotary : new int[] {2, 8, 10, 64, 100}) {
                rig.fillFloats(2);
                int headDim = rotary + rig.pick(0, 2, 28);
                rig.check(new Instruction.Rope(Tokens.NONE, 4, 4 * 5 * headDim, Extent.tokens(1),
                        5, headDim, rotary, style, 64), STEP);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void elementFunctions(ExecutionMode mode) {
        var rig = new Rig(mode, 25);
        for (EwiseFunction fn : EwiseFunction.values()) {
            for (int n : LENGTHS) {
                rig.fillFloats(rig.pick(1, 10, 200));
                Space space = Space.values()[rig.random.nextInt(3)];
                int bStride = rig.random.nextBoolean() ? 0 : 4 * n;
                int out = rig.random.nextBoolean() ? 4 : OUT;
                boolean last = rig.random.nextInt(4) == 0;
                rig.check(new Instruction.Ewise(Tokens.NONE, fn, 4, 4 * n, space, 12, bStride, out,
                        4 * n, last ? Extent.fixed(1) : Extent.tokens(1), n, last), STEP);
            }
        }
    }

    @Test
    void refusesOperandsOutsideTheBuffers() {
        var rig = new Rig(ExecutionMode.SCALAR, 26);
        var copy = new Instruction.Ewise(Tokens.NONE, EwiseFunction.COPY, 0, 4096, Space.ACT, 0, 0,
                (1 << 18) - 4096, 4096, Extent.fixed(2), 1024, false);
        var error = assertThrows(IllegalStateException.class,
                () -> rig.execution.execute(0, copy, STEP, new long[8]));
        assertEquals("access of 8192 B at ACT address 258048:"
                + " the buffer has 262144 B", error.getMessage());
    }
}
