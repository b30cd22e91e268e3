package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule about a single instruction, with its one-line message. */
class OperandRulesTest {
    private static final Tokens NONE = Tokens.NONE;
    private static final Extent ONE = Extent.fixed(1);
    private static final Extent TWO = Extent.fixed(2);
    private static final Extent N = Extent.fixed(64);
    private static final Instruction END = new Instruction.End(NONE);

    private static void refused(String message, Instruction i) {
        var e = assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(Small.program(List.of(List.of(i, END)))));
        assertEquals("program small, core 0, instruction 0 (" + i.opcode().mnemonic()
                + "), field " + message, e.getMessage());
    }

    private static void accepted(Instruction i) {
        ProgramVerifier.verify(Small.program(List.of(List.of(i, END))));
    }

    private static Instruction matrix(int actStride, boolean scaled, boolean biased,
            boolean transposed, int group, int outStride, Extent n, Extent k) {
        return new Instruction.MatMat(NONE, 0, actStride, WeightBits.W8, group, scaled, biased,
                transposed, 4096, 4, 0, 65536, 8192, outStride, TWO, n, k);
    }

    private static Instruction tiled(Extent n, Extent k) {
        return matrix(64, true, false, false, 0, 256, n, k);
    }

    @Test
    void matrices() {
        accepted(matrix(64, true, true, false, 1, 256, N, N));
        accepted(matrix(64, false, false, true, 0, 256, N, N));
        refused("group: code 1 with transposed; use 0, no groups",
                matrix(64, false, false, true, 1, 256, N, N));
        refused("scaled: true with transposed; rows of scales need w as [n, k]",
                matrix(64, true, false, true, 0, 256, N, N));
        refused("biased: true without scaled; biases lie behind the scales",
                matrix(64, false, true, false, 0, 256, N, N));
        refused("actStride: 48 for rows of 64 bytes; at least a row, so that rows do not overlap",
                matrix(48, true, false, false, 0, 256, N, Extent.fixed(49)));
        refused("outStride: 252 for rows of 256 bytes; at least a row, so that rows do not overlap",
                matrix(64, true, false, false, 0, 252, N, N));
        refused("bits: W4 with transposed; only W8 can be transposed",
                new Instruction.MatVec(NONE, 0, 64, WeightBits.W4, 0, false, false, true, 4096, 4,
                        0, 0, 8192, 256, ONE, N, N));
        refused("actScaleStride: 0 for rows of 4 bytes; at least a row, so that rows do not"
                + " overlap", new Instruction.MatVec(NONE, 0, 64, WeightBits.W8, 0, false, false,
                        false, 4096, 0, 0, 0, 8192, 256, TWO, N, N));
        refused("k: up to 320000; at most 262143, so split the matrix",
                tiled(N, Extent.context(10000)));
        refused("n: up to 320000; at most 262143, so split the matrix",
                tiled(Extent.context(10000), N));
        refused("out: writes ACT bytes 4092..4348 over another operand at 4096..4100; keep them"
                + " apart", new Instruction.MatVec(NONE, 0, 64, WeightBits.W8, 0, false, false,
                        false, 4096, 0, 0, 0, 4092, 256, ONE, N, N));
        refused("out: writes ACT bytes 0..256 over another operand at 0..64; keep them apart",
                new Instruction.MatVec(NONE, 0, 64, WeightBits.W8, 0, false, false, false, 4096, 0,
                        0, 0, 0, 256, ONE, N, N));
    }

    private static Instruction sparse(int n, int k, int group, int stripBytes, int steps) {
        return strips(0, 64, 4, 256, 8192, n, k, group, stripBytes, steps);
    }

    private static Instruction strips(int weight, int... v) {
        return new Instruction.SparseMatVec(NONE, 0, v[0], v[6], true, 4096, v[1], weight, v[3],
                v[2], v[7], v[8], TWO, v[4], v[5]);
    }

    @Test
    void sparseMatrices() {
        accepted(sparse(64, 64, 0, 16, 1));
        accepted(sparse(64, 49, 2, 4 + 2 * 16 + 4 * 256 + 12, 4));
        refused("n: 0; at least 1", sparse(0, 64, 0, 64, 1));
        refused("k: 0; at least 1", sparse(64, 0, 0, 64, 1));
        refused("stripBytes: 65; a multiple of 16 from 0 to 1048560", sparse(64, 64, 0, 65, 1));
        // 4 bytes of header
        refused("stripBytes: 0 for 4 blocks and 0 group scales; 16 to 1040",
                sparse(64, 64, 0, 0, 1));
        // 4 bytes of header, 2 times 16 of scales, 4 times 256 of weights
        refused("stripBytes: 32 for 4 blocks and 32 group scales; 48 to 1072",
                sparse(64, 64, 2, 32, 1));
        refused("stripBytes: 1088 for 4 blocks and 32 group scales; 48 to 1072",
                sparse(64, 64, 2, 1088, 1));
        refused("steps: 0 for 4 blocks; 1 to 4", sparse(64, 64, 0, 64, 0));
        refused("steps: 5 for 4 blocks; 1 to 4", sparse(64, 64, 0, 64, 5));
        refused("actStride: 64 for rows of 80 bytes; at least a row, so that rows do not overlap",
                strips(0, 64, 4, 256, 8192, 64, 65, 0, 64, 1));
        refused("actScaleStride: 0 for rows of 4 bytes; at least a row, so that rows do not"
                + " overlap", strips(0, 64, 0, 256, 8192, 64, 64, 0, 64, 1));
        refused("outStride: 256 for rows of 260 bytes; at least a row, so that rows do not overlap",
                strips(0, 64, 4, 256, 8192, 65, 64, 0, 64, 1));
        refused("out: writes ACT bytes 64..576 over another operand at 0..128; keep them apart",
                strips(0, 64, 4, 256, 64, 64, 64, 0, 64, 1));
        refused("out: writes ACT bytes 3840..4352 over another operand at 4096..4104; keep them"
                + " apart", strips(0, 64, 4, 256, 3840, 64, 64, 0, 64, 1));
        // 4 strips, 64 scales and 64 biases
        int last = Small.BUFFERS.wgtBytes() - 4 * 64 - 8 * 64;
        accepted(strips(last, 64, 4, 256, 8192, 64, 64, 0, 64, 1));
        refused("weight: reads WGT bytes " + (last + 16) + "..262160, the buffer has 262144; use a"
                + " lower address or a smaller tile",
                strips(last + 16, 64, 4, 256, 8192, 64, 64, 0, 64, 1));
    }

    private static void inLoop(String message, Extent count, Instruction... body) {
        var stream = new java.util.ArrayList<Instruction>();
        stream.add(new Instruction.Loop(NONE, count));
        stream.addAll(List.of(body));
        stream.add(new Instruction.EndLoop(NONE));
        stream.add(END);
        var e = assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(Small.program(List.of(stream))));
        assertEquals("program small, core 0, instruction " + message, e.getMessage());
    }

    @Test
    void tiles() {
        inLoop("1 (mm), field k: n and k are both tiled; tile one of them", Extent.tile(16),
                tiled(Extent.tile(16), Extent.tile(16)));
        inLoop("1 (mm), field k: tiles of 24; a tile of k is a multiple of 16", Extent.tile(24),
                tiled(N, Extent.tile(24)));
        inLoop("2 (mm), field k: a second matrix instruction in a loop over tiles of k would use"
                + " the same accumulators; give it a loop of its own", Extent.tile(16),
                tiled(N, Extent.tile(16)), tiled(N, N));
        inLoop("2 (spmv), field k: a second matrix instruction in a loop over tiles of k would use"
                + " the same accumulators; give it a loop of its own", Extent.tile(16),
                tiled(N, Extent.tile(16)), sparse(64, 64, 0, 64, 1));
        inLoop("1 (spmm), field m: tile(16); only count of ld and st and n or k of a matrix"
                + " instruction may be tiled", Extent.tile(16),
                new Instruction.SparseMatMat(NONE, 0, 64, 0, false, 4096, 4, 0, 8192, 256, 64, 1,
                        Extent.tile(16), 64, 64));
        inLoop("1 (softmax), field cols: tile(16); only count of ld and st and n or k of a matrix"
                + " instruction may be tiled", Extent.tile(16),
                new Instruction.Softmax(NONE, 0, 64, ONE, Extent.tile(16), 1, false));
    }

    @Test
    void transfers() {
        refused("rowBytes: 0; at least 1", new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, 0,
                0, 0, 0, ONE));
        refused("rowBytes: 0; at least 1", new Instruction.Store(NONE, Space.ACT, 0, Memory.HBM, 1,
                0, 0, 0, ONE));
        refused("rowBytes: 0; at least 1", new Instruction.LoadGather(NONE, 0, 64, 3, 0, 0, 0,
                ONE));
        refused("dstStride: 60 for rows of 64 bytes; at least a row, so that rows do not overlap",
                new Instruction.LoadGather(NONE, 0, 60, 3, 0, 64, 0, Extent.tokens(1)));
    }

    @Test
    void norms() {
        refused("eps: NaN; a finite number", new Instruction.Norm(NONE, NormKind.RMS, 0, 64, 4096,
                64, 0, 0, TWO, 16, Float.NaN));
        refused("eps: -1.0; not negative", new Instruction.Norm(NONE, NormKind.RMS, 0, 64, 4096,
                64, 0, 0, TWO, 16, -1));
        refused("cols: 0; at least 1", new Instruction.Norm(NONE, NormKind.RMS, 0, 64, 4096, 64, 0,
                0, TWO, 0, 0));
        refused("srcStride: 60 for rows of 64 bytes; at least a row, so that rows do not overlap",
                new Instruction.Norm(NONE, NormKind.RMS, 0, 60, 4096, 64, 0, 0, TWO, 16, 0));
        accepted(new Instruction.Norm(NONE, NormKind.RMS, 0, 64, 0, 64, 0, 0, TWO, 16, 0));
        refused("dst: writes ACT bytes 4..132 over another operand at 0..128; keep them apart",
                new Instruction.Norm(NONE, NormKind.RMS, 0, 64, 4, 64, 0, 0, TWO, 16, 0));
        // Columns of one array lie between each other.
        accepted(new Instruction.Norm(NONE, NormKind.RMS, 0, 128, 64, 128, 0, 0, TWO, 16, 0));
    }

    @Test
    void quantisation() {
        refused("dstStride: 48 for rows of 64 bytes; at least a row, so that rows do not overlap",
                new Instruction.Quantise(NONE, 0, 256, 4096, 48, 8192, 4, TWO, Extent.fixed(49),
                        false, 0));
        refused("scaleStride: 0 for rows of 4 bytes; at least a row, so that rows do not overlap",
                new Instruction.Quantise(NONE, 0, 256, 4096, 64, 8192, 0, TWO, N, false, 0));
        refused("dst: writes ACT bytes 0..64 over another operand at 0..256; keep them apart",
                new Instruction.Quantise(NONE, 0, 256, 0, 64, 8192, 0, ONE, N, false, 0));
        refused("scale: writes ACT bytes 4156..4160 over another operand at 4096..4160; keep them"
                + " apart", new Instruction.Quantise(NONE, 0, 256, 4096, 64, 4156, 0, ONE, N,
                        false, 0));
    }

    @Test
    void softmax() {
        Extent tokens = Extent.tokens(1);
        Extent context = Extent.context(1);
        accepted(new Instruction.Softmax(NONE, 0, 128, tokens, context, 1, true));
        refused("stride: 124 for rows of 128 bytes; at least a row, so that rows do not overlap",
                new Instruction.Softmax(NONE, 0, 124, tokens, context, 1, true));
        refused("factor: Infinity; a finite number", new Instruction.Softmax(NONE, 0, 128, tokens,
                context, Float.POSITIVE_INFINITY, true));
        refused("causal: the last row keeps 2 of 1 columns at POS 0, CNT 1; rows = tokens and"
                + " cols = ctx always fit",
                new Instruction.Softmax(NONE, 0, 128, TWO, context, 1, true));
        refused("causal: the last row keeps 32 of 31 columns at POS 31, CNT 1; rows = tokens and"
                + " cols = ctx always fit", new Instruction.Softmax(NONE, 0, 128, tokens,
                        Extent.fixed(31), 1, true));
    }

    @Test
    void rope() {
        refused("heads: 0; at least 1", rope(0, 16, 16, 64));
        refused("rotaryDim: 0; at least 2", rope(1, 16, 0, 64));
        refused("rotaryDim: 3 with headDim 16; even and at most headDim", rope(1, 16, 3, 64));
        refused("rotaryDim: 18 with headDim 16; even and at most headDim", rope(1, 16, 18, 64));
        refused("stride: 60 for rows of 64 bytes; at least a row, so that rows do not overlap",
                rope(1, 16, 16, 60));
        accepted(rope(1, 16, 16, 64));
    }

    private static Instruction rope(int heads, int headDim, int rotaryDim, int stride) {
        return new Instruction.Rope(NONE, 0, stride, TWO, heads, headDim, rotaryDim,
                RopeStyle.HALF, 0);
    }

    private static Instruction ewise(EwiseFunction fn, int aStride, int bStride, int out,
            Extent rows, boolean last) {
        return new Instruction.Ewise(NONE, fn, 0, aStride, Space.ACT, 1024, bStride, out, 64, rows,
                16, last);
    }

    @Test
    void elementwise() {
        accepted(ewise(EwiseFunction.ADD, 0, 0, 4096, TWO, false));
        accepted(ewise(EwiseFunction.ADD, 64, 64, 0, TWO, false));
        accepted(ewise(EwiseFunction.ADD, 64, 64, 1024, TWO, false));
        accepted(ewise(EwiseFunction.COPY, 64, 4, 4096, ONE, true));
        refused("aStride: 60 for rows of 64 bytes; at least a row, so that rows do not overlap",
                ewise(EwiseFunction.ADD, 60, 64, 4096, TWO, false));
        refused("bStride: 60 for rows of 64 bytes; at least a row, so that rows do not overlap",
                ewise(EwiseFunction.ADD, 64, 60, 4096, TWO, false));
        accepted(ewise(EwiseFunction.COPY, 64, 60, 4096, TWO, false));
        refused("last: true with up to 2 rows; the last token is one row",
                ewise(EwiseFunction.ADD, 64, 64, 4096, TWO, true));
        refused("out: writes ACT bytes 64..192 over another operand at 0..128; keep them apart",
                ewise(EwiseFunction.ADD, 64, 64, 64, TWO, false));
        refused("out: writes ACT bytes 64..128 over another operand at 0..256; keep them apart",
                ewise(EwiseFunction.COPY, 64, 64, 64, ONE, true));
    }
}
