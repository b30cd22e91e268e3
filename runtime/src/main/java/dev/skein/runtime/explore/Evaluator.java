package dev.skein.runtime.explore;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.hls.board.resource.ResourceModel;
import dev.skein.hls.board.resource.SlrUse;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalDouble;

/** Builds, checks, compiles and simulates one candidate; keeps nothing from one to another. */
final class Evaluator {
    private final BoardText text;
    private final Board base;
    private final ModelConfig model;

    /**
     * For one workload.
     *
     * @param text the board file designs change
     * @param model shape of the model
     */
    Evaluator(BoardText text, ModelConfig model) {
        this.text = text;
        this.base = Boards.parse("start board", text.text());
        this.model = model;
    }

    /** The board the search starts at. */
    Board base() {
        return base;
    }

    /** The board file of a design. */
    BoardText boardText(Design design, String why) {
        return text.with(design.values(base), why);
    }

    /**
     * The board of a design.
     *
     * @throws BoardException if it does not fit its device
     */
    Board board(Design design) {
        Board board = Boards.parse("candidate", boardText(design, "candidate").text());
        FitCheck.require(board);
        return board;
    }

    Outcome evaluate(Task task) {
        try {
            Board board = board(task.design());
            var options = new Compilation.Options(
                    QuantScheme.parse(task.workload().weights()), task.workload().context(),
                    OptionalDouble.empty());
            FpgaPlan plan = new Compilation(board, options).plan(model,
                    EnumSet.allOf(Phase.class));
            int context = task.workload().context();
            CycleReport decode = machine(plan, Phase.DECODE, board).run(context - 1, 1);
            return new Outcome(task, "", decode.tokensPerSecond(),
                    prefillTokensPerSecond(plan, board, context), decode.joules(), load(board));
        } catch (BoardException | FpgaException e) {
            return Outcome.refused(task, e.getMessage());
        }
    }

    private static CycleMachine machine(FpgaPlan plan, Phase phase, Board board) {
        return new CycleMachine(plan.program(phase), board, Values.NONE);
    }

    /** The first step of a prompt: later ones differ from it only in attention. */
    private static double prefillTokensPerSecond(FpgaPlan plan, Board board, int context) {
        int tokens = Math.min(context, plan.program(Phase.PREFILL).program().maxTokens());
        return machine(plan, Phase.PREFILL, board).run(0, tokens).tokensPerSecond();
    }

    private static double load(Board board) {
        return ResourceModel.estimate(board).slrs().stream()
                .mapToDouble(Evaluator::load).max().orElse(0);
    }

    private static double load(SlrUse use) {
        return Arrays.stream(Resource.values()).mapToDouble(use::load).max().orElse(0);
    }
}
