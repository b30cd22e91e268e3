package dev.skein.sim.functional;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.number.PackedRows;

/**
 * The SFU: takes rows out of the buffers, does {@link RowMath} on them and puts them back. A row is
 * read whole before its result is written, so operands may coincide.
 */
final class SpecialFunctionUnit {
    /** Elements behind a row that {@link RowMath} may use. */
    private static final int SLACK = 16;

    private final RowMath math;
    private float[] a = new float[SLACK];
    private float[] b = new float[SLACK];
    private float[] c = new float[SLACK];

    SpecialFunctionUnit(ExecutionMode mode) {
        math = mode.vector() ? new VectorRowMath() : new ScalarRowMath();
    }

    void norm(CoreState core, Instruction.Norm i, Registers r) {
        int n = i.cols();
        int rows = i.rows().resolve(r);
        a = room(a, n);
        b = take(core, Space.PAR, i.weight(), b, n);
        if (i.kind() == NormKind.LAYER) {
            c = take(core, Space.PAR, i.bias(), c, n);
        }
        byte[] act = core.bytes(Space.ACT);
        int src = rows(core, i.src(), i.srcStride(), rows, 4L * n);
        int dst = rows(core, i.dst(), i.dstStride(), rows, 4L * n);
        for (int row = 0; row < rows; row++) {
            math.load(act, src + row * i.srcStride(), a, n);
            switch (i.kind()) {
                case RMS -> math.rmsNorm(a, b, n, i.eps());
                case LAYER -> math.layerNorm(a, b, c, n, i.eps());
            }
            math.store(a, n, act, dst + row * i.dstStride());
        }
    }

    void quantise(CoreState core, Instruction.Quantise i, Registers r) {
        int n = i.cols().resolve(r);
        int rows = i.rows().resolve(r);
        if (n <= 0) {
            return;
        }
        a = room(a, n);
        if (i.multiply()) {
            b = take(core, Space.WGT, i.multiplier(), b, n);
        }
        byte[] act = core.bytes(Space.ACT);
        int src = rows(core, i.src(), i.srcStride(), rows, 4L * n);
        int dst = rows(core, i.dst(), i.dstStride(), rows, PackedRows.align16(n));
        int scale = rows(core, i.scale(), i.scaleStride(), rows, 4);
        for (int row = 0; row < rows; row++) {
            math.load(act, src + row * i.srcStride(), a, n);
            if (i.multiply()) {
                math.ewise(EwiseFunction.MUL, a, b, n);
            }
            float s = math.quantise(a, n, act, dst + row * i.dstStride());
            LittleEndian.putFloat32(act, scale + row * i.scaleStride(), s);
        }
    }

    void softmax(CoreState core, Instruction.Softmax i, Registers r) {
        int n = i.cols().resolve(r);
        int rows = i.rows().resolve(r);
        if (n <= 0) {
            return;
        }
        a = room(a, n);
        byte[] act = core.bytes(Space.ACT);
        int data = rows(core, i.data(), i.stride(), rows, 4L * n);
        int gap = r.span().gapTokens(r.position());
        for (int row = 0; row < rows; row++) {
            int len = n;
            int hiddenTo = 0;
            if (i.causal()) {
                len = Math.min(n, r.position() + row + 1 - gap);
                hiddenTo = r.span().hiddenTo(r.position() + row) - gap;
            }
            int at = data + row * i.stride();
            math.load(act, at, a, len);
            math.softmax(a, n, len, r.span().gapFrom(), hiddenTo, i.factor());
            math.store(a, n, act, at);
        }
    }

    void rope(CoreState core, Instruction.Rope i, Registers r) {
        int n = i.heads() * i.headDim();
        int rows = i.rows().resolve(r);
        a = room(a, n);
        byte[] act = core.bytes(Space.ACT);
        int data = rows(core, i.data(), i.stride(), rows, 4L * n);
        for (int row = 0; row < rows; row++) {
            b = take(core, Space.PAR, i.table() + 4L * row * i.rotaryDim(), b, i.rotaryDim());
            int at = data + row * i.stride();
            math.load(act, at, a, n);
            math.rope(a, i.heads(), i.headDim(), b, i.rotaryDim(), i.style());
            math.store(a, n, act, at);
        }
    }

    void ewise(CoreState core, Instruction.Ewise i, Registers r) {
        int n = i.cols();
        int rows = i.rows().resolve(r);
        a = room(a, n);
        b = room(b, n);
        byte[] act = core.bytes(Space.ACT);
        int skipped = i.last() ? r.tokens() - 1 : 0;
        int aStep = i.last() ? 0 : i.aStride();
        int bStep = i.last() ? 0 : i.bStride();
        boolean binary = i.fn().binary();
        int aAt = rows(core, i.a() + (long) skipped * i.aStride(), aStep, rows, 4L * n);
        long bFrom = i.b() + (long) skipped * i.bStride();
        int bAt = binary ? core.check(i.bSpace(), bFrom, (rows - 1L) * bStep + 4L * n) : 0;
        int out = rows(core, i.out(), i.outStride(), rows, 4L * n);
        for (int row = 0; row < rows; row++) {
            math.load(act, aAt + row * aStep, a, n);
            if (binary) {
                math.load(core.bytes(i.bSpace()), bAt + row * bStep, b, n);
            }
            math.ewise(i.fn(), a, b, n);
            math.store(a, n, act, out + row * i.outStride());
        }
    }

    /** Checks the rows of an operand in ACT and returns the first byte of row 0. */
    private static int rows(CoreState core, long from, int stride, int rows, long rowBytes) {
        return rows <= 0 ? 0 : core.check(Space.ACT, from, (rows - 1L) * stride + rowBytes);
    }

    private float[] take(CoreState core, Space space, long from, float[] to, int n) {
        int at = core.check(space, from, 4L * n);
        float[] row = room(to, n);
        math.load(core.bytes(space), at, row, n);
        return row;
    }

    private static float[] room(float[] v, int n) {
        return v.length >= n + SLACK ? v : new float[2 * n + SLACK];
    }
}
