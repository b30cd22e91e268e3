package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;

/** A small valid program: load, quantise, multiply, broadcast, barrier, add, store. */
final class Small {
    static final BufferSizes BUFFERS = new BufferSizes(1 << 20, 1 << 18, 1 << 16);
    static final int TOKENS = 4;
    static final int CONTEXT = 32;

    private Small() {}

    static List<Region> regions(int cores) {
        var out = new ArrayList<Region>();
        for (int c = 0; c < cores; c++) {
            out.add(new Region("weights", Memory.HBM, c, Region.Kind.WEIGHTS, 0, 0, 1 << 20));
            out.add(new Region("kv", Memory.HBM, c, Region.Kind.KV, 1, 1 << 20, 1 << 20));
            out.add(new Region("params", Memory.PARAM, c, Region.Kind.PARAMS, 2, 0, 1 << 16));
        }
        int shared = Region.SHARED;
        out.add(new Region("tables", Memory.DDR, shared, Region.Kind.TABLES, 3, 4096, 1 << 20));
        out.add(new Region("ids", Memory.DDR, shared, Region.Kind.INPUT, 4, 0, 4096));
        out.add(new Region("logits", Memory.DDR, shared, Region.Kind.OUTPUT, 5, 2 << 20, 1 << 16));
        return out;
    }

    /** In program order, without tokens. */
    static List<Instruction> stream(int core) {
        Tokens none = Tokens.NONE;
        Extent one = Extent.fixed(1);
        Extent n = Extent.fixed(64);
        return new ArrayList<>(List.of(
                new Instruction.LoadGather(none, 0, 256, 3, 0, 256, 0, Extent.tokens(1)),
                new Instruction.Load(none, Space.WGT, 0, Memory.HBM, 0, 0, 0, 4096 + 256, one),
                new Instruction.Quantise(none, 0, 256, 4096, 64, 8192, 4, Extent.tokens(1), n,
                        false, 0),
                new Instruction.MatMat(none, 4096, 64, WeightBits.W8, 0, true, false, false, 8192,
                        4, 0, 4096, 16384, 256, Extent.tokens(1), n, n),
                new Instruction.Broadcast(none, 16384, 256, 65536 + 256 * core, 1024,
                        Extent.tokens(1), 64),
                new Instruction.Barrier(none, 65536, 4096),
                new Instruction.Ewise(none, EwiseFunction.ADD, 65536, 1024, Space.ACT, 0, 256,
                        32768, 256, Extent.tokens(1), 64, false),
                new Instruction.Store(none, Space.ACT, 32768, Memory.HBM, 1, 0, 256, 256,
                        Extent.tokens(1)),
                new Instruction.Store(none, Space.ACT, 32768, Memory.DDR, 5, 256 * core, 0, 256,
                        one),
                new Instruction.End(none)));
    }

    /** Without tokens. */
    static Program program(List<List<Instruction>> streams) {
        return new Program("small", TOKENS, CONTEXT, BUFFERS, regions(streams.size()), streams);
    }

    static Program program(int cores) {
        var streams = new ArrayList<List<Instruction>>();
        for (int c = 0; c < cores; c++) {
            streams.add(stream(c));
        }
        return TokenInsertion.insert(program(streams));
    }
}
