package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.compiler.ir.Verifier;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.TokenInsertion;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From a placed graph to the verified programs of a board. */
public final class FpgaCompiler {
    /** Prefill steps tried, largest first: what fits in the activation buffer is taken. */
    private static final int[] PREFILL_TOKENS = {128, 64, 32, 16, 8, 4, 2};

    private final Graph graph;
    private final FpgaTarget target;
    private final int maxContext;
    private final Map<Value, ValueType> types;

    private FpgaCompiler(Graph graph, FpgaTarget target, int maxContext) {
        this.graph = graph;
        this.target = target;
        this.maxContext = maxContext;
        this.types = Verifier.verify(graph);
    }

    /**
     * Maps a graph of stage PLACED.
     *
     * @param maxContext positions of the KV cache, so prompt plus generated tokens
     * @throws FpgaException if the board cannot take the model
     */
    public static FpgaPlan compile(Graph graph, FpgaTarget target, int maxContext) {
        return new FpgaCompiler(graph, target, maxContext).compile();
    }

    private FpgaPlan compile() {
        int tokens = prefillTokens();
        MemoryPlan memory = MemoryPlanner.plan(graph, target, maxContext, tokens);
        return new FpgaPlan(graph, target, memory, program("decode", memory, 1),
                program("prefill", memory, tokens));
    }

    private int prefillTokens() {
        for (int tokens : PREFILL_TOKENS) {
            if (tokens <= maxContext && fits(tokens)) {
                return tokens;
            }
        }
        return 1;
    }

    private boolean fits(int tokens) {
        MemoryPlan memory = MemoryPlanner.plan(graph, target, maxContext, tokens);
        return new ActivationPlan(graph, types, memory, tokens).bytes()
                <= target.buffers().actBytes();
    }

    private VerifiedProgram program(String name, MemoryPlan memory, int tokens) {
        var activations = new ActivationPlan(graph, types, memory, tokens);
        if (activations.bytes() > target.buffers().actBytes()) {
            throw new FpgaException(graph.name() + " does not fit " + target.name() + ": the "
                    + "activations of a token need " + activations.bytes() + " bytes on chip, the "
                    + "buffer has " + target.buffers().actBytes() + ": choose a smaller --context");
        }
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < target.cores(); core++) {
            streams.add(Selector.select(graph, target, memory, activations, core, tokens));
        }
        var ordered = TokenInsertion.insert(new Program(name, tokens, maxContext, target.buffers(),
                memory.regions(), streams));
        return ProgramVerifier.verify(ordered);
    }
}
