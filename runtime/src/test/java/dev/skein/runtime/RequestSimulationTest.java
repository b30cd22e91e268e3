package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.runtime.RequestSimulation.Step;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A request simulated with equal steps once and on all cores, against each step by itself. */
class RequestSimulationTest {
    private static final Board U280 = Boards.load("u280");

    private static FpgaPlan plan(LengthStrategy lengths) {
        return new Compilation(U280, new Compilation.Options(QuantScheme.parse("w4"), 160,
                OptionalDouble.empty(), lengths)).plan(ModelCatalogue.config("smollm2-135m"),
                        EnumSet.allOf(Phase.class));
    }

    /** Every step by itself, one after the other. */
    private static List<CycleReport> unshortened(FpgaPlan plan, List<Step> steps) {
        var out = new ArrayList<CycleReport>();
        for (Step step : steps) {
            out.add(new CycleMachine(plan.programs().of(step.position(), step.tokens()).program(),
                    U280, Values.NONE).run(step.position(), step.tokens()));
        }
        return out;
    }

    @Test
    void stepsOfARequest() {
        assertEquals(List.of(new Step(0, 64), new Step(64, 36), new Step(100, 1), new Step(101, 1)),
                RequestSimulation.steps(100, 3, 64));
        assertEquals(List.of(new Step(0, 1)), RequestSimulation.steps(1, 1, 64));
    }

    @Test
    void everyReportEqualsThatOfTheUnshortenedRun() {
        for (LengthStrategy lengths : LengthStrategy.values()) {
            FpgaPlan plan = plan(lengths);
            List<Step> steps = RequestSimulation.steps(130, 12, plan.memory().maxTokens());
            assertEquals(unshortened(plan, steps),
                    new RequestSimulation(plan.programs(), U280).run(steps, _ -> { }),
                    lengths.toString());
        }
    }

    @Test
    void equalStepsAreSimulatedOnce() {
        FpgaPlan plan = plan(LengthStrategy.PARAMETRIC);
        var steps = new ArrayList<Step>();
        for (int prompt : new int[] {20, 20, 20}) {
            steps.addAll(RequestSimulation.steps(prompt, 4, plan.memory().maxTokens()));
        }
        Collections.reverse(steps);
        var simulated = new AtomicInteger();
        List<CycleReport> reports = new RequestSimulation(plan.programs(), U280).run(steps,
                simulated::addAndGet);
        assertEquals(4, simulated.get());
        assertEquals(unshortened(plan, steps), reports);
    }

    @Test
    void totalsAddUp() {
        FpgaPlan plan = plan(LengthStrategy.PARAMETRIC);
        var totals = new RequestTotals(20, 4,
                unshortened(plan, RequestSimulation.steps(20, 4, 16)));
        assertEquals(2, totals.prefill().size());
        assertEquals(3, totals.decode().size());
        assertEquals(totals.seconds(), totals.timeToFirstToken()
                + 3 / totals.decodeTokensPerSecond().orElseThrow(), 1e-12);
        assertEquals(totals.joules(), 4 * totals.joulesPerToken(), 1e-9);
        assertTrue(totals.prefillJoules() > 0 && totals.prefillJoules() < totals.joules());
        assertEquals(U280.seconds(totals.cycles()), totals.seconds(), 1e-12);
        assertTrue(new RequestTotals(20, 1, totals.prefill()).decodeTokensPerSecond().isEmpty());
    }
}
