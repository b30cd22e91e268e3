package dev.skein.runtime.gpu;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.runtime.RequestSimulation;
import dev.skein.runtime.RequestTotals;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.gpu.GpuStep;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One model on boards and GPUs: one decode step at a context, and a prompt as long.
 *
 * @param config the model
 * @param weights weight scheme, for all targets the same
 * @param context tokens
 */
public record TargetComparison(ModelConfig config, String weights, int context) {

    /** The model on one target. */
    public TargetRow row(SimTarget target) {
        return switch (target) {
            case SimTarget.Fpga(Board board) -> row(board);
            case SimTarget.Graphics(Gpu gpu) -> row(gpu);
        };
    }

    private TargetRow row(Gpu gpu) {
        var simulation = new GpuSimulation(config, GpuWeights.parse(weights), gpu);
        GpuSimulation.Memory memory = simulation.memory(context, 1);
        GpuStep decode = simulation.decode(context, 1);
        GpuStep prompt = simulation.prefill(context);
        var cost = new TargetRow.Cost(1 / decode.seconds(), prompt.seconds(),
                decode.joulesAtMost(), decode.boundBy().text(), prompt.boundBy().text());
        return new TargetRow(gpu.name(), "roofline",
                memory.fits() ? Optional.of(cost) : Optional.empty(),
                memory.neededBytes(), memory.capacityBytes(), gpu.priceUSD(),
                memory.fits() ? "" : "does not fit the memory of " + gpu.name());
    }

    private TargetRow row(Board board) {
        long capacity = board.memories().stream().mapToLong(m -> m.hbm().capacityBytes()).sum();
        // a board file without a price says 0
        OptionalDouble price = board.priceUSD() > 0 ? OptionalDouble.of(board.priceUSD())
                : OptionalDouble.empty();
        FpgaPlan plan;
        try {
            var options = new Compilation.Options(QuantScheme.parse(weights), context,
                    OptionalDouble.empty());
            plan = new Compilation(board, options).plan(config, EnumSet.allOf(Phase.class));
        } catch (FpgaException e) {
            return new TargetRow(board.name(), "cycles", Optional.empty(), 0, capacity, price,
                    e.getMessage());
        }
        var simulation = new RequestSimulation(plan.programs(), board);
        CycleReport decode = simulation.run(
                List.of(new RequestSimulation.Step(context - 1, 1)), _ -> { }).getFirst();
        List<CycleReport> prompt = simulation.run(RequestSimulation.steps(context, 1,
                plan.memory().maxTokens()), _ -> { });
        var cost = new TargetRow.Cost(decode.tokensPerSecond(),
                new RequestTotals(context, 1, prompt).timeToFirstToken(), decode.joules(),
                decode.boundBy().text(), RequestTotals.boundBy(prompt));
        return new TargetRow(board.name(), "cycles", Optional.of(cost),
                plan.memory().weightBytes() + plan.memory().kvBytes() + plan.programBytes(),
                capacity, price, "");
    }
}
