package dev.skein.hls.isa;

/** An instruction with other wait and release sets. */
final class Retokened {
    private Retokened() {}

    static Instruction of(Instruction instruction, Tokens tokens) {
        return switch (instruction) {
            case Instruction.Load i -> new Instruction.Load(tokens, i.dstSpace(), i.dst(),
                    i.memory(), i.base(), i.offset(), i.positionStride(), i.rowBytes(), i.count());
            case Instruction.LoadGather i -> new Instruction.LoadGather(tokens, i.dst(),
                    i.dstStride(), i.base(), i.offset(), i.rowBytes(), i.index(), i.count());
            case Instruction.Store i -> new Instruction.Store(tokens, i.srcSpace(), i.src(),
                    i.memory(), i.base(), i.offset(), i.positionStride(), i.rowBytes(), i.count());
            case Instruction.MatMat i -> new Instruction.MatMat(tokens, i.act(), i.actStride(),
                    i.bits(), i.group(), i.scaled(), i.biased(), i.transposed(), i.actScale(),
                    i.actScaleStride(), i.weight(), i.scale(), i.out(), i.outStride(), i.m(), i.n(),
                    i.k());
            case Instruction.MatVec i -> new Instruction.MatVec(tokens, i.act(), i.actStride(),
                    i.bits(), i.group(), i.scaled(), i.biased(), i.transposed(), i.actScale(),
                    i.actScaleStride(), i.weight(), i.scale(), i.out(), i.outStride(), i.m(), i.n(),
                    i.k());
            case Instruction.SparseMatMat i -> new Instruction.SparseMatMat(tokens, i.act(),
                    i.actStride(), i.group(), i.biased(), i.actScale(), i.actScaleStride(),
                    i.weight(), i.out(), i.outStride(), i.stripBytes(), i.steps(), i.m(), i.n(),
                    i.k());
            case Instruction.SparseMatVec i -> new Instruction.SparseMatVec(tokens, i.act(),
                    i.actStride(), i.group(), i.biased(), i.actScale(), i.actScaleStride(),
                    i.weight(), i.out(), i.outStride(), i.stripBytes(), i.steps(), i.m(), i.n(),
                    i.k());
            case Instruction.Norm i -> new Instruction.Norm(tokens, i.kind(), i.src(),
                    i.srcStride(), i.dst(), i.dstStride(), i.weight(), i.bias(), i.rows(), i.cols(),
                    i.eps());
            case Instruction.Quantise i -> new Instruction.Quantise(tokens, i.src(), i.srcStride(),
                    i.dst(), i.dstStride(), i.scale(), i.scaleStride(), i.rows(), i.cols(),
                    i.multiply(), i.multiplier());
            case Instruction.Softmax i -> new Instruction.Softmax(tokens, i.data(), i.stride(),
                    i.rows(), i.cols(), i.factor(), i.causal());
            case Instruction.Rope i -> new Instruction.Rope(tokens, i.data(), i.stride(), i.rows(),
                    i.heads(), i.headDim(), i.rotaryDim(), i.style(), i.table());
            case Instruction.Ewise i -> new Instruction.Ewise(tokens, i.fn(), i.a(), i.aStride(),
                    i.bSpace(), i.b(), i.bStride(), i.out(), i.outStride(), i.rows(), i.cols(),
                    i.last());
            case Instruction.Broadcast i -> new Instruction.Broadcast(tokens, i.src(),
                    i.srcStride(), i.dst(), i.dstStride(), i.rows(), i.cols());
            case Instruction.Barrier i -> new Instruction.Barrier(tokens, i.gather(), i.bytes());
            case Instruction.Loop i -> new Instruction.Loop(tokens, i.count());
            case Instruction.EndLoop _ -> new Instruction.EndLoop(tokens);
            case Instruction.SetBase i -> new Instruction.SetBase(tokens, i.base(), i.value(),
                    i.add());
            case Instruction.End _ -> new Instruction.End(tokens);
            case Instruction.SetSpan i -> new Instruction.SetSpan(tokens, i.global(), i.window(),
                    i.growth());
            case Instruction.Repeat i -> new Instruction.Repeat(tokens, i.count());
            case Instruction.EndRepeat _ -> new Instruction.EndRepeat(tokens);
        };
    }
}
