package dev.skein.compiler.fpga;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import java.util.ArrayList;
import java.util.List;

/** Collects the stream of one core: instructions without tokens, and the buffers' rings. */
final class CoreEmitter {
    private final int core;
    private final boolean matrixMode;
    private final Ring weights;
    private final Ring params;
    private final List<Instruction> stream = new ArrayList<>();
    private Span span = Span.DENSE;

    /**
     * A stream for one core.
     *
     * @param matrixMode whether steps have more than one token: MM instead of MV
     * @param weights ring over WGT
     * @param params ring over the part of PAR that is not taken by position tables
     */
    CoreEmitter(int core, boolean matrixMode, Ring weights, Ring params) {
        this.core = core;
        this.matrixMode = matrixMode;
        this.weights = weights;
        this.params = params;
    }

    int core() {
        return core;
    }

    Ring weights() {
        return weights;
    }

    Ring params() {
        return params;
    }

    List<Instruction> stream() {
        return stream;
    }

    void add(Instruction instruction) {
        stream.add(instruction);
    }

    /** Lengths of a context count what this span keeps from here on. */
    void span(Span wanted) {
        if (!wanted.equals(span)) {
            add(new Instruction.SetSpan(Tokens.NONE, wanted.global(), wanted.window(),
                    wanted.growth()));
            span = wanted;
        }
    }

    /** Loads a contiguous block of a fixed size. */
    void load(Space space, int to, Memory memory, int base, long offset, int bytes) {
        add(new Instruction.Load(Tokens.NONE, space, to, memory, base, offset, 0, bytes,
                Extent.fixed(1)));
    }

    /** Loads rows that depend on the position: {@code offset + POS * rowBytes}, one a token. */
    void loadAtPosition(Space space, int to, Memory memory, int base, long offset, int rowBytes) {
        add(new Instruction.Load(Tokens.NONE, space, to, memory, base, offset, rowBytes, rowBytes,
                Extent.tokens(1)));
    }

    /** Loads rows of a KV cache, the whole context or a tile of it. */
    void loadCache(int to, long offset, int rowBytes, Extent count) {
        add(new Instruction.Load(Tokens.NONE, Space.WGT, to, Memory.HBM, MemoryPlan.KV, offset, 0,
                rowBytes, count));
    }

    /** Stores one row a token at the position in a KV cache. */
    void storeAtPosition(int from, long offset, int rowBytes) {
        add(new Instruction.Store(Tokens.NONE, Space.ACT, from, Memory.HBM, MemoryPlan.KV, offset,
                rowBytes, rowBytes, Extent.tokens(1)));
    }

    /** Loads a parameter vector into the ring of PAR and returns its address. */
    int param(String name, Memory memory, long offset, int bytes) {
        int at = params.take(bytes, name);
        load(Space.PAR, at, memory, MemoryPlan.PARAMS, offset, bytes);
        return at;
    }

    /** All cores meet, and nothing that follows begins before everything so far has ended. */
    void meet() {
        add(new Instruction.Barrier(Tokens.NONE, 0, 0));
        add(new Instruction.Loop(Tokens.NONE, Extent.fixed(1)));
        add(new Instruction.EndLoop(Tokens.NONE));
    }

    /** Stores int8 rows to the scratch region and loads them back. */
    void throughMemory(Int8Rows x, Memory where) {
        add(new Instruction.Store(Tokens.NONE, Space.ACT, x.address(), where, MemoryPlan.SCRATCH, 0,
                0, x.stride(), Extent.tokens(1)));
        add(new Instruction.Load(Tokens.NONE, Space.ACT, x.address(), where, MemoryPlan.SCRATCH, 0,
                0, x.stride(), Extent.tokens(1)));
    }

    /** Quantises every row of a view. */
    void quantise(View src, Int8Rows dst) {
        add(new Instruction.Quantise(Tokens.NONE, src.address(), src.stride(), dst.address(),
                dst.stride(), dst.scale(), dst.scaleStride(), src.rows(),
                Extent.fixed(src.width()), false, 0));
    }

    /** Quantises each head of each row of a view without gaps, a row of {@code dst} a head. */
    void quantiseHeads(View src, int headDim, Int8Rows dst, int heads) {
        add(new Instruction.Quantise(Tokens.NONE, src.address(), 4 * headDim, dst.address(),
                dst.stride(), dst.scale(), dst.scaleStride(),
                new Extent(heads * src.rows().imm(), src.rows().mode()), Extent.fixed(headDim),
                false, 0));
    }

    /** Loads a tile; programs for several tokens leave its padding out. */
    void load(WeightTile tile, int at) {
        if (!matrixMode || tile.padding() == 0) {
            load(Space.WGT, at, Memory.HBM, MemoryPlan.WEIGHTS, tile.offset(),
                    tile.paddedBytes());
            return;
        }
        load(Space.WGT, at, Memory.HBM, MemoryPlan.WEIGHTS, tile.offset(),
                tile.weightBytes(tile.rows().width()));
        load(Space.WGT, at + tile.unpadded().scaleOffset(), Memory.HBM, MemoryPlan.WEIGHTS,
                tile.offset() + tile.ownVectors(), tile.vectorBytes(tile.rows().width()));
    }

    /** out = x W^T for one tile of W in WGT at {@code at}. */
    void linear(Int8Rows x, WeightTile whole, int at, View out) {
        WeightTile tile = matrixMode ? whole.unpadded() : whole;
        View columns = out.part(tile.rows());
        WeightFormat format = tile.format();
        if (!format.isUniform()) {
            sparse(new Instruction.SparseMatVec(Tokens.NONE, x.address(), x.stride(),
                    format.groupCode(), tile.biased(), x.scale(), x.scaleStride(), at,
                    columns.address(), out.stride(), format.stripBytes(tile.k()),
                    format.stripSteps(tile.k()), out.rows(), tile.allRows(), tile.k()));
            return;
        }
        matrix(new Instruction.MatVec(Tokens.NONE, x.address(), x.stride(), format.bits(),
                format.groupCode(), true, tile.biased(), false, x.scale(), x.scaleStride(), at,
                at + tile.scaleOffset(), columns.address(), out.stride(), out.rows(),
                Extent.fixed(tile.allRows()), Extent.fixed(tile.k())));
    }

    /** Scores of some queries: out[m][n] = x[m] . K[n], scaled by the K scales. */
    void scores(Int8Rows q, int k, int kScales, int out, int outStride, Extent m, Extent n,
            int headDim) {
        matrix(new Instruction.MatVec(Tokens.NONE, q.address(), q.stride(), WeightBits.W8, 0, true,
                false, false, q.scale(), q.scaleStride(), k, kScales, out, outStride,
                m, n, Extent.fixed(headDim)));
    }

    /** out[m][d] = sum over the context of p[m][t] V[t][d]; the V scales are already in p. */
    void attend(Int8Rows p, int v, int out, int outStride, Extent m, Extent k, int headDim) {
        matrix(new Instruction.MatVec(Tokens.NONE, p.address(), p.stride(), WeightBits.W8, 0,
                false, false, true, p.scale(), p.scaleStride(), v, 0, out, outStride,
                m, Extent.fixed(headDim), k));
    }

    private boolean oneRow(Extent m) {
        return !matrixMode || m.mode() == Extent.Mode.FIXED && m.imm() == 1;
    }

    /** The instruction, or its SPMM twin where there can be several rows. */
    private void sparse(Instruction.SparseMatVec i) {
        add(oneRow(i.m()) ? i
                : new Instruction.SparseMatMat(i.tokens(), i.act(), i.actStride(), i.group(),
                        i.biased(), i.actScale(), i.actScaleStride(), i.weight(), i.out(),
                        i.outStride(), i.stripBytes(), i.steps(), i.m(), i.n(), i.k()));
    }

    /** The instruction, or its MM twin where there can be several rows. */
    private void matrix(Instruction.MatVec i) {
        add(oneRow(i.m()) ? i
                : new Instruction.MatMat(i.tokens(), i.act(), i.actStride(), i.bits(), i.group(),
                        i.scaled(), i.biased(), i.transposed(), i.actScale(), i.actScaleStride(),
                        i.weight(), i.scale(), i.out(), i.outStride(), i.m(), i.n(), i.k()));
    }

    /** out = fn(a, b); b is ignored by unary functions. */
    void elementwise(EwiseFunction fn, View a, View b, View out) {
        add(new Instruction.Ewise(Tokens.NONE, fn, a.address(), a.stride(), Space.ACT,
                b.address(), b.stride(), out.address(), out.stride(), out.rows(), out.width(),
                false));
    }

    /** out = the row of the last token of a. */
    void lastRow(View a, View out) {
        add(new Instruction.Ewise(Tokens.NONE, EwiseFunction.COPY, a.address(), a.stride(),
                Space.ACT, 0, 0, out.address(), out.stride(), Extent.fixed(1), out.width(), true));
    }
}
