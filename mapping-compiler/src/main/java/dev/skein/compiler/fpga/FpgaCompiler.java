package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.compiler.ir.Verifier;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.TokenInsertion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From a placed graph to the verified programs of a board. */
public final class FpgaCompiler {
    /** Prefill steps tried, largest first: what fits in the activation buffer is taken. */
    private static final int[] PREFILL_TOKENS = {128, 112, 96, 80, 64, 48, 32, 16, 8, 4, 2};

    private final Graph graph;
    private final FpgaTarget target;
    private final int maxContext;
    private final LengthStrategy lengths;
    private final Map<Value, ValueType> types;

    private FpgaCompiler(Graph graph, FpgaTarget target, int maxContext, LengthStrategy lengths) {
        this.graph = graph;
        this.target = target;
        this.maxContext = maxContext;
        this.lengths = lengths;
        this.types = Verifier.verify(graph);
    }

    /**
     * Maps a graph of stage PLACED with {@link LengthStrategy#PARAMETRIC}.
     *
     * @param maxContext positions of the KV cache, so prompt plus generated tokens
     * @param phases the programs to make
     * @throws FpgaException if the board cannot take the model
     */
    public static FpgaPlan compile(Graph graph, FpgaTarget target, int maxContext,
            Set<Phase> phases) {
        return compile(graph, target, maxContext, LengthStrategy.PARAMETRIC, phases);
    }

    /**
     * Maps a graph of stage PLACED.
     *
     * @param maxContext positions of the KV cache, so prompt plus generated tokens
     * @param lengths how the programs serve all lengths up to that
     * @param phases the programs to make
     * @throws FpgaException if the board cannot take the model
     */
    public static FpgaPlan compile(Graph graph, FpgaTarget target, int maxContext,
            LengthStrategy lengths, Set<Phase> phases) {
        return new FpgaCompiler(graph, target, maxContext, lengths).compile(phases);
    }

    private FpgaPlan compile(Set<Phase> phases) {
        ActivationPlan prefill = phases.contains(Phase.PREFILL) ? prefill() : decode(maxContext);
        MemoryPlan memory = MemoryPlanner.plan(graph, target, maxContext, prefill.tokens());
        List<ServedProgram> programs = phases.stream().sorted().parallel()
                .flatMap(phase -> lengths.programs(phase,
                        ContextRanges.of(phase, graph, target, maxContext),
                        context -> program(phase, memory,
                                phase == Phase.DECODE ? decode(context) : prefill)).stream())
                .toList();
        return new FpgaPlan(graph, target, memory, new ProgramSet(programs));
    }

    private ActivationPlan plan(int context, int tokens, RowBlocks.Level level) {
        return new ActivationPlan(graph, types, context, tokens, target.mapping(), level);
    }

    private ActivationPlan decode(int context) {
        return plan(context, 1, RowBlocks.Level.NONE);
    }

    /** As many tokens as fit on chip, exchanged as much at once as fits then. */
    private ActivationPlan prefill() {
        for (int tokens : PREFILL_TOKENS) {
            for (RowBlocks.Level level : RowBlocks.Level.values()) {
                boolean legal = tokens <= maxContext && (level == RowBlocks.Level.NONE
                        || tokens > RowBlocks.ROWS && tokens % RowBlocks.ROWS == 0);
                if (legal) {
                    ActivationPlan plan = plan(maxContext, tokens, level);
                    if (plan.bytes() <= target.buffers().actBytes()) {
                        return plan;
                    }
                }
            }
        }
        return decode(maxContext);
    }

    private Program program(Phase phase, MemoryPlan memory, ActivationPlan activations) {
        int tokens = activations.tokens();
        if (activations.bytes() > target.buffers().actBytes()) {
            throw new FpgaException(graph.name() + " does not fit " + target.name() + ": the "
                    + "activations of a token need " + activations.bytes() + " bytes on chip, the "
                    + "buffer has " + target.buffers().actBytes() + ": choose a smaller --context");
        }
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < target.cores(); core++) {
            streams.add(Selector.select(graph, target, memory, activations, core, tokens));
        }
        var program = new Program(phase.toString(), tokens, activations.maxContext(),
                target.buffers(),
                memory.regions(), streams);
        return TokenInsertion.insert(program);
    }
}
