package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.Program;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** A graph, compiled for a board, on the functional machine: what a device has to agree with. */
final class FunctionalModel {
    private static final FpgaTarget BOARD = FpgaTarget.of(Boards.load("u280"));

    private final FpgaPlan plan;
    private final DeviceMemory memory;
    private final Map<Phase, FunctionalMachine> machines = new EnumMap<>(Phase.class);
    private final int vocab;
    private int position;

    /** @param graph of stage QUANTISED */
    FunctionalModel(Graph graph, SeededWeights weights, int context) {
        Graph placed = new PassRunner(List.of(new Placement(BOARD)))
                .run(graph, PassContext.of(weights)).graph();
        plan = FpgaCompiler.compile(placed, BOARD, context, EnumSet.allOf(Phase.class));
        var images = ImageBuilder.build(plan, weights, Arena.ofAuto(), _ -> { });
        List<Program> programs = plan.programs().programs().stream()
                .map(p -> p.program().program()).toList();
        memory = DeviceMemory.of(programs, r -> images.segments().get(r.name()));
        vocab = KernelPlanner.plan(graph, context).limits().vocab();
    }

    int maxTokens() {
        return plan.memory().maxTokens();
    }

    /** Begins another text. */
    void reset() {
        position = 0;
    }

    /** Logits after some more tokens, {@code [vocab]}. */
    float[] step(int... tokens) {
        memory.writeTokens(tokens);
        var served = plan.programs().of(position, tokens.length);
        machines.computeIfAbsent(served.phase(),
                _ -> new FunctionalMachine(served.program(), memory))
                .run(position, tokens.length);
        position += tokens.length;
        return memory.readLogits(vocab);
    }
}
