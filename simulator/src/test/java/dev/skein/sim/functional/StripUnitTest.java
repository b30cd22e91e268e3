package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class StripUnitTest {
    @SuppressWarnings("unused")
    private static final List<ExecutionMode> MODES = Rig.MODES;

    private static final Registers STEP = new Registers(5, 3, 0);
    private static final int OUT = 1 << 17;
    private static final int ACT_SCALE = OUT - 1024;

    /** What the strips of an instruction consist of. */
    private record Format(int n, int k, int group, List<BlockClass> blocks) {
        int stripBytes() {
            return StripRows.stripBytes(blocks, group);
        }

        Instruction.SparseMatrix at(Extent m, int actStride, int weight, boolean biased) {
            return m.imm() % 2 == 0
                    ? new Instruction.SparseMatMat(Tokens.NONE, 0, actStride, group, biased,
                            ACT_SCALE, 4, weight, OUT, 4 * n + 4, stripBytes(),
                            StripRows.steps(blocks), m, n, k)
                    : new Instruction.SparseMatVec(Tokens.NONE, 0, actStride, group, biased,
                            ACT_SCALE, 4, weight, OUT, 4 * n + 4, stripBytes(),
                            StripRows.steps(blocks), m, n, k);
        }
    }

    /** Writes strips of any legal bits, the blocks of each in another order. */
    private static void fill(Rig rig, Format format, int weight) {
        byte[] wgt = rig.core().bytes(Space.WGT);
        for (int s = 0; s < StripRows.strips(format.n); s++) {
            int at = weight + s * format.stripBytes();
            rig.fillBytes(Space.WGT, at, format.stripBytes(), -128);
            var blocks = new ArrayList<>(format.blocks);
            Collections.shuffle(blocks, new Random(rig.random.nextLong()));
            for (int b = 0; b < blocks.size(); b++) {
                wgt[at + b] = (byte) blocks.get(b).code();
            }
            at += blocks.size();
            for (BlockClass block : blocks) {
                for (int row = 0; row < 16; row++) {
                    positions(rig, wgt, at + row * block.pattern().indexBytes(), block.pattern());
                }
                at += block.bytes();
            }
        }
    }

    private static void positions(Rig rig, byte[] wgt, int at, SparsePattern pattern) {
        int mask = 0;
        while (Integer.bitCount(mask) < pattern.kept()) {
            mask |= 1 << rig.random.nextInt(16);
        }
        if (pattern.indexBytes() == 1) {
            wgt[at] = (byte) (Integer.numberOfTrailingZeros(mask)
                    | Integer.numberOfTrailingZeros(Integer.highestOneBit(mask)) << 4);
        } else if (pattern.indexBytes() == 2) {
            wgt[at] = (byte) mask;
            wgt[at + 1] = (byte) (mask >> 8);
        }
    }

    private static void check(Rig rig, Format format, Extent m, int low) {
        int actStride = PackedRows.align16(format.k) + 16 * rig.random.nextInt(3);
        int weight = 16 * rig.random.nextInt(5);
        rig.fillFloats(2);
        rig.fillBytes(Space.ACT, 0, m.resolve(STEP) * actStride, low);
        fill(rig, format, weight);
        rig.check(format.at(m, actStride, weight, rig.random.nextBoolean()), STEP);
    }

    private static List<BlockClass> random(Rig rig, int count) {
        var out = new ArrayList<BlockClass>();
        for (int i = 0; i < count; i++) {
            out.add(new BlockClass(SparsePattern.values()[rig.random.nextInt(6)],
                    WeightBits.values()[rig.random.nextInt(5)]));
        }
        return out;
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void everyPatternAndWidthAtOddShapes(ExecutionMode mode) {
        var rig = new Rig(mode, 21);
        for (SparsePattern pattern : SparsePattern.values()) {
            for (WeightBits bits : WeightBits.values()) {
                for (int group = 0; group <= PackedRows.MAX_GROUP; group++) {
                    int k = rig.pick(1, 15, 16, 17, 32, 33, 64, 100, 172, 300);
                    var format = new Format(rig.pick(1, 2, 16, 17, 33), k, group,
                            Collections.nCopies(StripRows.blocks(k),
                                    new BlockClass(pattern, bits)));
                    check(rig, format, Extent.fixed(rig.pick(1, 1, 2, 5, 9)), -127);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void mixedBlocks(ExecutionMode mode) {
        var rig = new Rig(mode, 22);
        for (int round = 0; round < 120; round++) {
            int k = rig.pick(40, 100, 172, 288, 400);
            var format = new Format(rig.pick(1, 16, 40), k, rig.random.nextInt(6),
                    random(rig, StripRows.blocks(k)));
            check(rig, format, round % 2 == 0 ? Extent.tokens(1)
                    : Extent.fixed(rig.pick(1, 3, 8, 11)), rig.pick(-127, -127, -128));
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void longStripsOfLargestValuesDoNotOverflow(ExecutionMode mode) {
        var rig = new Rig(mode, 23);
        int k = 4099;
        for (SparsePattern pattern : SparsePattern.values()) {
            for (int group : new int[] {0, 1, 2, 7}) {
                for (int low : new int[] {-127, -128}) {
                    var format = new Format(3, k, group, Collections.nCopies(
                            StripRows.blocks(k), new BlockClass(pattern, WeightBits.W8)));
                    rig.fillFloats(2);
                    fill(rig, format, 0);
                    byte[] wgt = rig.core().bytes(Space.WGT);
                    Arrays.fill(rig.core().bytes(Space.ACT), 0, 2 * 4112, (byte) low);
                    int at = StripRows.blocks(k);
                    for (BlockClass b : format.blocks) {
                        Arrays.fill(wgt, at + b.indexBytes(), at + b.bytes(), (byte) -128);
                        at += b.bytes();
                    }
                    Arrays.fill(wgt, at, at + StripRows.groupBytes(group, k), (byte) 255);
                    rig.check(format.at(Extent.fixed(2), 4112, 0, false), STEP);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void largeEnoughForTwoThreads(ExecutionMode mode) {
        var rig = new Rig(mode, 24);
        check(rig, new Format(700, 380, 2, random(rig, 24)), Extent.fixed(1), -127);
        check(rig, new Format(333, 172, 0, random(rig, 11)), Extent.fixed(18), -127);
    }

    private static void refused(ExecutionMode mode, Rig rig, Instruction i, String message) {
        var e = assertThrows(IllegalStateException.class,
                () -> rig.execution.execute(0, i, STEP, new long[Registers.BASES]),
                mode + ", " + message);
        assertEquals(message, e.getMessage(), mode.toString());
    }

    @ParameterizedTest
    @FieldSource("MODES")
    void badStripsAreRefusedInOneLine(ExecutionMode mode) {
        var rig = new Rig(mode, 25);
        var half = new BlockClass(SparsePattern.N8, WeightBits.W4);
        var pair = new BlockClass(SparsePattern.N2, WeightBits.W4);
        var format = new Format(40, 32, 0, List.of(half, pair));
        var i = format.at(Extent.fixed(1), 32, 0, false);
        byte[] wgt = rig.core().bytes(Space.WGT);
        int at = 2 * format.stripBytes();
        int pairAt = 2 + half.bytes();

        fill(rig, format, 0);
        byte[] good = wgt.clone();
        wgt[at] = (byte) 0xff;
        refused(mode, rig, i, "strip 2, block 0 of 2: block code 0xff: a pattern, 0 to 5, plus 8"
                + " times a width, 0 to 4");
        wgt[at] = (byte) half.code();
        wgt[at + 1] = (byte) half.code();
        refused(mode, rig, i, "strip 2, the header's 2 blocks make a strip of 208 bytes,"
                + " stripBytes is 144");
        System.arraycopy(good, 0, wgt, 0, wgt.length);
        refused(mode, rig, new Instruction.SparseMatVec(Tokens.NONE, 0, 32, 0, false, ACT_SCALE,
                4, 0, OUT, 160, 144, 2, Extent.fixed(1), 40, 32),
                "strip 0, the header's 2 blocks take 1 steps, steps is 2");

        Format ordered = ordered(wgt, at, half) ? format : new Format(40, 32, 0,
                List.of(pair, half));
        int maskAt = at + 2 + (ordered == format ? 0 : pair.bytes());
        wgt[maskAt + 2 * 5] = 0;
        wgt[maskAt + 2 * 5 + 1] = 7;
        refused(mode, rig, i, "strip 2, block " + (ordered == format ? 0 : 1)
                + ", row 5: mask 0x700 keeps 3 weights, N8 keeps 8");
        System.arraycopy(good, 0, wgt, 0, wgt.length);
        int nibblesAt = at + (ordered == format ? pairAt : 2);
        wgt[nibblesAt + 3] = 0x29;
        refused(mode, rig, i, "strip 2, block " + (ordered == format ? 1 : 0)
                + ", row 3: positions 9 and 2, the first has to be smaller");
    }

    private static boolean ordered(byte[] wgt, int at, BlockClass first) {
        return wgt[at] == first.code();
    }

    @Test
    void refusesOperandsOutsideTheBuffers() {
        var rig = new Rig(ExecutionMode.SCALAR, 26);
        var format = new Format(16, 16, 0,
                List.of(new BlockClass(SparsePattern.N4, WeightBits.W3)));
        var e = assertThrows(IllegalStateException.class, () -> rig.execution.execute(0,
                format.at(Extent.fixed(1), 16, (1 << 18) - 16, false), STEP, new long[8]));
        assertTrue(e.getMessage().startsWith("access of "), e.getMessage());
    }
}
