package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.RequestSimulation;
import dev.skein.runtime.backend.cards.CardsSimulation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A model on several cards of a board, in time.
 *
 * @param target such as {@code u280*2}
 */
record CardsReport(Console console, String target, ModelConfig config,
        Compilation.Options options) {

    ObjectNode step(Phase phase, int context) {
        Board board = FitCheck.load(CardSet.board(target));
        FpgaPlan plan = new Compilation(board, options).plan(config, phase == Phase.DECODE
                ? Set.of(phase) : EnumSet.allOf(Phase.class));
        var simulation = new CardsSimulation(plan.programs(), board, options.cards());
        List<RequestSimulation.Step> steps = phase == Phase.DECODE
                ? List.of(new RequestSimulation.Step(context - 1, 1))
                : RequestSimulation.steps(context, 1, plan.memory().maxTokens());
        CardsSimulation.Times times = steps.stream()
                .map(s -> simulation.step(s.position(), s.tokens()))
                .reduce(CardsSimulation.Times::plus).orElseThrow();
        int tokens = steps.stream().mapToInt(RequestSimulation.Step::tokens).sum();
        double share = times.exchangeSeconds() / times.seconds();
        console.result("%s, %s, %s at context %,d on %d cards of %s, compiled for %,d tokens:",
                config.name(), options.scheme(), phase, context, options.cards(), board.name(),
                plan.memory().maxContext());
        console.result("  %.3f ms (simulated), %.2f tok/s: %.3f ms the slowest card of each of %d"
                + " segments, %.3f ms (%.1f %%) exchange through the host (assumed link)",
                times.seconds() * 1e3, tokens / times.seconds(), times.cardSeconds() * 1e3,
                times.segments(), times.exchangeSeconds() * 1e3, 100 * share);
        console.result("  %.4f J (estimated, all cards, waiting included), %,d bytes off chip",
                times.joules(), times.bytesMoved());
        ObjectNode json = Console.newObject();
        json.put("model", config.name()).put("board", board.name())
                .put("cards", options.cards()).put("phase", phase.toString())
                .put("context", context).put("tokens", tokens)
                .put("timeMillis", times.seconds() * 1e3)
                .put("tokensPerSecond", tokens / times.seconds())
                .put("cardMillis", times.cardSeconds() * 1e3)
                .put("exchangeMillis", times.exchangeSeconds() * 1e3)
                .put("exchangeShare", share).put("segments", times.segments())
                .put("joules", times.joules()).put("bytesMoved", times.bytesMoved());
        return json;
    }
}
