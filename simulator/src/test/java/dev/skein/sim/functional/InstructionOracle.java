package dev.skein.sim.functional;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.number.Sfu;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * One core's arithmetic instructions a second time, in straight loops over little-endian buffers
 * and checked integers, with nothing in common with the machine but {@link Sfu}.
 */
final class InstructionOracle {
    private final Map<Space, ByteBuffer> buffers = new EnumMap<>(Space.class);
    private final Map<String, Long> sums = new HashMap<>();

    /** Starts from a copy of a core's buffers. */
    InstructionOracle(CoreState core) {
        for (Space space : Space.values()) {
            buffers.put(space, ByteBuffer.wrap(core.bytes(space).clone())
                    .order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    byte[] bytes(Space space) {
        return buffers.get(space).array();
    }

    void execute(Instruction instruction, Registers r) {
        switch (instruction) {
            case Instruction.MatMat i -> matrix(i, r);
            case Instruction.MatVec i -> matrix(i, r);
            case Instruction.SparseMatrix i -> sparse(i, r);
            case Instruction.Norm i -> norm(i, r);
            case Instruction.Quantise i -> quantise(i, r);
            case Instruction.Softmax i -> softmax(i, r);
            case Instruction.Rope i -> rope(i, r);
            case Instruction.Ewise i -> ewise(i, r);
            case Instruction.Load _, Instruction.LoadGather _, Instruction.Store _,
                    Instruction.Broadcast _, Instruction.Barrier _, Instruction.Loop _,
                    Instruction.EndLoop _, Instruction.SetBase _, Instruction.End _,
                    Instruction.SetSpan _, Instruction.Repeat _, Instruction.EndRepeat _ ->
                throw new IllegalArgumentException("not arithmetic: " + instruction);
        }
    }

    private void matrix(Instruction.Matrix i, Registers r) {
        int n = i.n().resolve(r);
        int k = i.k().resolve(r);
        boolean tiled = i.k().mode() == Extent.Mode.TILE;
        for (int col = 0; col < n; col++) {
            long[] w = new long[k];
            for (int j = 0; j < k; j++) {
                w[j] = weight(i, n, k, col, j);
            }
            for (int row = 0; row < i.m().resolve(r); row++) {
                long sum = 0;
                for (int j = 0; j < k; j++) {
                    int x = buffers.get(Space.ACT).get(
                            i.act() + row * i.actStride() + i.k().tileOffset(r) + j);
                    sum = Math.addExact(sum, x * w[j]);
                }
                String key = i.out() + "," + row + "," + col;
                if (tiled && r.iteration() > 0) {
                    sum = Math.addExact(sum, sums.get(key));
                }
                sums.put(key, sum);
                if (!tiled || i.k().tileOffset(r) + k == r.kept()) {
                    output(i, r, row, col, n, BigInteger.valueOf(sum).floatValue());
                }
            }
        }
    }

    private void sparse(Instruction.SparseMatrix i, Registers r) {
        int scales = i.weight() + (i.n() + 15) / 16 * i.stripBytes();
        for (int col = 0; col < i.n(); col++) {
            long[] w = StripOracle.weights(bytes(Space.WGT),
                    i.weight() + col / 16 * i.stripBytes(), i.k(), i.group())[col % 16];
            for (int row = 0; row < i.m().resolve(r); row++) {
                long sum = 0;
                for (int j = 0; j < i.k(); j++) {
                    sum += w[j] * buffers.get(Space.ACT).get(i.act() + row * i.actStride() + j);
                }
                float y = BigInteger.valueOf(sum).floatValue() * get(Space.WGT, scales + 4 * col);
                y = y * get(Space.ACT, i.actScale() + row * i.actScaleStride());
                if (i.biased()) {
                    y = y + get(Space.WGT, scales + 4 * i.n() + 4 * col);
                }
                put(i.out() + row * i.outStride() + 4 * col, y);
            }
        }
    }

    private void output(Instruction.Matrix i, Registers r, int row, int col, int n, float sum) {
        float y = sum;
        if (i.scaled()) {
            y = y * get(Space.WGT, i.scale() + 4 * col);
        }
        y = y * get(Space.ACT, i.actScale() + row * i.actScaleStride());
        if (i.biased()) {
            y = y + get(Space.WGT, i.scale() + 4 * n + 4 * col);
        }
        put(i.out() + row * i.outStride() + 4 * (i.n().tileOffset(r) + col), y);
    }

    /** The weight times its group scale. */
    private int weight(Instruction.Matrix i, int n, int k, int col, int j) {
        byte[] wgt = bytes(Space.WGT);
        if (i.transposed()) {
            return wgt[i.weight() + j * ((n + 15) / 16 * 16) + col];
        }
        int bits = i.bits().bits();
        int units = (k + 15) / 16;
        int groupSize = i.group() == 0 ? 0 : 8 << i.group();
        int groups = i.group() == 0 ? 0 : (16 * units + groupSize - 1) / groupSize;
        int rowAt = i.weight() + col * (units * 2 * bits + groups);
        int unitAt = rowAt + j / 16 * 2 * bits;
        var unit = new byte[2 * bits + 1];
        for (int b = 0; b < 2 * bits; b++) {
            unit[unit.length - 1 - b] = wgt[unitAt + b];
        }
        int field = new BigInteger(unit).shiftRight(j % 16 * bits).intValue() & (1 << bits) - 1;
        int value = field >= 1 << bits - 1 ? field - (1 << bits) : field;
        return groups == 0 ? value : value * (wgt[rowAt + units * 2 * bits + j / groupSize] & 255);
    }

    private void norm(Instruction.Norm i, Registers r) {
        float[] weight = row(Space.PAR, i.weight(), i.cols());
        for (int row = 0; row < i.rows().resolve(r); row++) {
            float[] x = row(Space.ACT, i.src() + row * i.srcStride(), i.cols());
            float[] y = i.kind() == NormKind.RMS ? Sfu.rmsNorm(x, weight, i.eps())
                    : Sfu.layerNorm(x, weight, row(Space.PAR, i.bias(), i.cols()), i.eps());
            put(i.dst() + row * i.dstStride(), y);
        }
    }

    private void quantise(Instruction.Quantise i, Registers r) {
        int n = i.cols().resolve(r);
        for (int row = 0; row < i.rows().resolve(r); row++) {
            float[] v = row(Space.ACT, i.src() + row * i.srcStride(), n);
            for (int j = 0; i.multiply() && j < n; j++) {
                v[j] = v[j] * get(Space.WGT, i.multiplier() + 4 * j);
            }
            var q = Sfu.quantise(v);
            for (int j = 0; j < (n + 15) / 16 * 16; j++) {
                buffers.get(Space.ACT).put(i.dst() + row * i.dstStride() + j,
                        j < n ? q.values()[j] : 0);
            }
            put(i.scale() + row * i.scaleStride(), q.scale());
        }
    }

    private void softmax(Instruction.Softmax i, Registers r) {
        for (int row = 0; row < i.rows().resolve(r); row++) {
            float[] x = row(Space.ACT, i.data() + row * i.stride(), i.cols().resolve(r));
            if (!i.causal()) {
                put(i.data() + row * i.stride(), Sfu.softmax(x, x.length, i.factor()));
                continue;
            }
            // All tokens of the context in their places, what is not kept or seen at -infinity.
            float[] y = new float[r.context()];
            int packed = 0;
            for (int t = 0; t < y.length; t++) {
                boolean kept = r.span().sees(r.position(), t) || t > r.position();
                boolean seen = r.span().sees(r.position() + row, t);
                y[t] = seen ? x[packed] : Float.NEGATIVE_INFINITY;
                packed += kept ? 1 : 0;
            }
            float[] p = Sfu.softmax(y, y.length, i.factor());
            packed = 0;
            for (int t = 0; t < y.length; t++) {
                if (r.span().sees(r.position(), t) || t > r.position()) {
                    x[packed++] = p[t];
                }
            }
            put(i.data() + row * i.stride(), x);
        }
    }

    private void rope(Instruction.Rope i, Registers r) {
        for (int row = 0; row < i.rows().resolve(r); row++) {
            float[] table = row(Space.PAR, i.table() + row * 4 * i.rotaryDim(), i.rotaryDim());
            for (int h = 0; h < i.heads(); h++) {
                int at = i.data() + row * i.stride() + 4 * h * i.headDim();
                put(at, Sfu.rope(row(Space.ACT, at, i.headDim()), table, i.style()));
            }
        }
    }

    private void ewise(Instruction.Ewise i, Registers r) {
        for (int row = 0; row < i.rows().resolve(r); row++) {
            int source = i.last() ? r.tokens() - 1 : row;
            float[] out = new float[i.cols()];
            for (int j = 0; j < i.cols(); j++) {
                float a = get(Space.ACT, i.a() + source * i.aStride() + 4 * j);
                float b = get(i.bSpace(), i.b() + source * i.bStride() + 4 * j);
                out[j] = Sfu.ewise(i.fn(), a, b);
            }
            put(i.out() + row * i.outStride(), out);
        }
    }

    private float get(Space space, int at) {
        return buffers.get(space).getFloat(at);
    }

    private float[] row(Space space, int at, int n) {
        float[] v = new float[n];
        for (int j = 0; j < n; j++) {
            v[j] = get(space, at + 4 * j);
        }
        return v;
    }

    private void put(int at, float... values) {
        for (int j = 0; j < values.length; j++) {
            buffers.get(Space.ACT).putFloat(at + 4 * j, values[j]);
        }
    }

    /** Where two contents differ, for messages; null if nowhere. */
    static String difference(byte[] want, byte[] got) {
        int at = Arrays.mismatch(want, got);
        return at < 0 ? null : "first difference at byte " + at + ": " + want[at] + " expected, "
                + got[at] + " found";
    }
}
