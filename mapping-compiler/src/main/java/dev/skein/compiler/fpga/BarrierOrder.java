package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.TokenInsertion;
import java.util.ArrayList;
import java.util.List;

/**
 * Token insertion that also orders every barrier after all earlier readers of <em>any</em> gathered
 * value: once a core passes a barrier, the others may write into places that were read before it,
 * and what a core itself depends on does not show that.
 */
final class BarrierOrder {
    private BarrierOrder() {
    }

    /**
     * Inserts tokens.
     *
     * @param gatherBytes size of the gather area, from ACT address 0
     */
    static Program insert(Program program, int gatherBytes) {
        Program wide = withStreams(program, program.streams().stream()
                .map(s -> s.stream().map(i -> i instanceof Instruction.Barrier b
                        ? new Instruction.Barrier(b.tokens(), 0, gatherBytes) : i).toList())
                .toList());
        Program ordered = TokenInsertion.insert(wide);
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < program.cores(); core++) {
            streams.add(narrow(program.streams().get(core), ordered.streams().get(core)));
        }
        return withStreams(program, streams);
    }

    /** The ordered stream with the gather intervals of the original one. */
    private static List<Instruction> narrow(List<Instruction> original,
            List<Instruction> ordered) {
        var out = new ArrayList<Instruction>(ordered);
        for (int i = 0; i < out.size(); i++) {
            if (original.get(i) instanceof Instruction.Barrier b) {
                out.set(i, new Instruction.Barrier(ordered.get(i).tokens(), b.gather(),
                        b.bytes()));
            }
        }
        return out;
    }

    private static Program withStreams(Program p, List<List<Instruction>> streams) {
        return new Program(p.name(), p.maxTokens(), p.maxContext(), p.buffers(), p.regions(),
                streams);
    }
}
