package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.TokenInsertion;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a program for one bucket of lengths out of the program for all lengths: extents that follow
 * the context get the fixed length of the bucket's end, and loops over tiles of the context are
 * written out.
 *
 * <p>Results stay the same to the bit for every shorter context. In a prefill step what lies
 * between the true length and the bucket's end are rows of the cache that SOFTMAX gives weight 0,
 * because a causal row keeps POS + r + 1 columns whatever the width, and 0 times anything is exact
 * in integers. In a decode step, whose softmax of several heads has no such mask, loads and scores
 * have the bucket's length, and softmax and the sum over V end at the true one. The cache must
 * hold finite numbers behind it, so it is cleared when a model is loaded.
 *
 * <p>Where no loop is written out, tokens stay those of the program for all lengths: every access
 * is a part of the access they order there, which is what the verifier then checks.
 *
 * <p>A loop over tiles of a reduction stays a loop, because accumulators live as long as one; its
 * last tile ends at the true length. What stands under a span that leaves something out keeps its
 * variable lengths: what is kept depends on POS, not on the end of the bucket.
 */
final class FixedLength {
    private final int context;
    private final boolean decode;
    private final List<Instruction> source;
    private final List<Instruction> out;
    private boolean writtenOut;

    private FixedLength(int context, boolean decode, List<Instruction> source) {
        this.context = context;
        this.decode = decode;
        this.source = source;
        this.out = new ArrayList<>(source.size());
    }

    /** The program for contexts up to {@code context}, made of the one for all lengths. */
    static VerifiedProgram of(VerifiedProgram all, int context) {
        Program parametric = all.program();
        boolean decode = parametric.maxTokens() == 1;
        var cores = parametric.streams().stream()
                .map(s -> new FixedLength(context, decode, s)).toList();
        cores.forEach(FixedLength::run);
        var program = new Program(parametric.name(), Math.min(parametric.maxTokens(), context),
                context, parametric.buffers(), parametric.regions(),
                cores.stream().map(c -> c.out).toList());
        return cores.stream().anyMatch(c -> c.writtenOut)
                ? ProgramVerifier.verify(TokenInsertion.insert(program))
                : ProgramVerifier.verify(program, all);
    }

    private void run() {
        boolean dense = true;
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i) instanceof Instruction.SetSpan s) {
                dense = s.span().isDense();
            }
            if (dense && isTileLoop(source.get(i)) && !accumulates(source, i)) {
                int end = end(source, i);
                writeOut(((Instruction.Loop) source.get(i)).count().imm(), i + 1, end);
                writtenOut = true;
                i = end;
            } else {
                out.add(dense ? fixed(source.get(i)) : source.get(i));
            }
        }
    }

    /** Whether an instruction begins a loop over tiles of the context. */
    static boolean isTileLoop(Instruction i) {
        return i instanceof Instruction.Loop l && l.count().mode() == Extent.Mode.TILE;
    }

    /** Index of the ENDLOOP of a loop over tiles; such loops hold no others. */
    static int end(List<Instruction> stream, int loop) {
        int at = loop + 1;
        while (!(stream.get(at) instanceof Instruction.EndLoop)) {
            at++;
        }
        return at;
    }

    /** Whether the loop that begins here sums over its tiles. */
    static boolean accumulates(List<Instruction> stream, int loop) {
        return stream.subList(loop, end(stream, loop)).stream().anyMatch(
                i -> i instanceof Instruction.Matrix m && m.k().mode() == Extent.Mode.TILE);
    }

    /** The body for each tile in turn; no tile waits for the one before, as a loop would. */
    private void writeOut(int tile, int from, int to) {
        for (int first = 0; first < context; first += tile) {
            Extent rows = Extent.fixed(Math.min(tile, context - first));
            for (Instruction i : source.subList(from, to)) {
                out.add(switch (i) {
                    case Instruction.Load x when tiled(x.count()) -> new Instruction.Load(
                            x.tokens(), x.dstSpace(), x.dst(), x.memory(), x.base(),
                            x.offset() + (long) first * x.rowBytes(), x.positionStride(),
                            x.rowBytes(), rows);
                    case Instruction.Store x when tiled(x.count()) -> new Instruction.Store(
                            x.tokens(), x.srcSpace(), x.src(), x.memory(), x.base(),
                            x.offset() + (long) first * x.rowBytes(), x.positionStride(),
                            x.rowBytes(), rows);
                    case Instruction.MatVec x when tiled(x.n()) -> columns(x, rows, first);
                    case Instruction.MatMat x when tiled(x.n()) -> columns(x, rows, first);
                    case Instruction x -> fixed(x);
                });
            }
        }
    }

    private static boolean tiled(Extent e) {
        return e.mode() == Extent.Mode.TILE;
    }

    private static Instruction columns(Instruction.MatVec i, Extent n, int first) {
        return new Instruction.MatVec(i.tokens(), i.act(), i.actStride(), i.bits(), i.group(),
                i.scaled(), i.biased(), i.transposed(), i.actScale(), i.actScaleStride(),
                i.weight(), i.scale(), i.out() + 4 * first, i.outStride(), i.m(), n, i.k());
    }

    private static Instruction columns(Instruction.MatMat i, Extent n, int first) {
        return new Instruction.MatMat(i.tokens(), i.act(), i.actStride(), i.bits(), i.group(),
                i.scaled(), i.biased(), i.transposed(), i.actScale(), i.actScaleStride(),
                i.weight(), i.scale(), i.out() + 4 * first, i.outStride(), i.m(), n, i.k());
    }

    private static boolean variable(Extent e) {
        return e.mode() == Extent.Mode.CONTEXT;
    }

    private Extent fixed(Extent e) {
        return variable(e) ? Extent.fixed(Math.multiplyExact(e.imm(), context)) : e;
    }

    /** The same instruction where nothing follows the context: programs share most of theirs. */
    private Instruction fixed(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load i when variable(i.count()) -> new Instruction.Load(i.tokens(),
                    i.dstSpace(), i.dst(), i.memory(), i.base(), i.offset(), i.positionStride(),
                    i.rowBytes(), fixed(i.count()));
            case Instruction.Store i when variable(i.count()) -> new Instruction.Store(i.tokens(),
                    i.srcSpace(), i.src(), i.memory(), i.base(), i.offset(), i.positionStride(),
                    i.rowBytes(), fixed(i.count()));
            case Instruction.MatVec i when variable(i.n()) -> new Instruction.MatVec(i.tokens(),
                    i.act(), i.actStride(), i.bits(), i.group(), i.scaled(), i.biased(),
                    i.transposed(), i.actScale(), i.actScaleStride(), i.weight(), i.scale(),
                    i.out(), i.outStride(), i.m(), fixed(i.n()), i.k());
            case Instruction.MatMat i when variable(i.n()) || variable(i.k()) ->
                new Instruction.MatMat(i.tokens(), i.act(), i.actStride(), i.bits(), i.group(),
                        i.scaled(), i.biased(), i.transposed(), i.actScale(), i.actScaleStride(),
                        i.weight(), i.scale(), i.out(), i.outStride(), i.m(), fixed(i.n()),
                        fixed(i.k()));
            case Instruction.Quantise i when !decode && variable(i.cols()) ->
                new Instruction.Quantise(i.tokens(), i.src(), i.srcStride(), i.dst(),
                        i.dstStride(), i.scale(), i.scaleStride(), i.rows(), fixed(i.cols()),
                        i.multiply(), i.multiplier());
            case Instruction.Softmax i when !decode && variable(i.cols()) ->
                new Instruction.Softmax(i.tokens(), i.data(), i.stride(), i.rows(),
                        fixed(i.cols()), i.factor(), i.causal());
            case Instruction.Loop i when variable(i.count()) -> new Instruction.Loop(i.tokens(),
                    fixed(i.count()));
            case Instruction i -> i;
        };
    }
}
