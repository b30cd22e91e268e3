package dev.skein.runtime.measure;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.Phase;
import dev.skein.hls.board.Board;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimulatedCards;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.StepCost;
import dev.skein.runtime.replay.RunLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Predicted against measured time of the steps of a run log. Predicted is the cycle-level
 * simulation of the same step of the same program on the board of the artifact; measured is what
 * the device of the log told, or, of a device that tells nothing, the host's clock around its step,
 * transfers included.
 *
 * @param rows the steps of each phase first, then ops, those with the largest difference first
 * @param clock whose clock measured the steps
 * @param predictedJoules energy of all steps, by the board's coefficients
 */
public record Deviations(List<Row> rows, Clock clock, double predictedJoules) {
    /** The op of a row that stands for whole steps. */
    public static final String STEP = "step";

    /** Whose clock. */
    public enum Clock {
        /** The device's. */
        DEVICE,
        /** The host's, around a step. */
        HOST
    }

    /** Copies the list. */
    public Deviations {
        rows = List.copyOf(rows);
    }

    /**
     * An op of a phase.
     *
     * @param phase prefill or decode
     * @param op mnemonic, or {@link #STEP}
     * @param steps how many steps are summed
     * @param predictedSeconds of an op: time that its instructions occupied their units, summed
     *     over cores; of a step: from its begin to its end
     * @param measuredSeconds the same
     */
    public record Row(Phase phase, String op, int steps, double predictedSeconds,
            double measuredSeconds) {
        /** Measured over predicted, less 1; infinite if nothing was predicted. */
        public double deviation() {
            return measuredSeconds / predictedSeconds - 1;
        }

        /** Measured less predicted, s. */
        public double excessSeconds() {
            return measuredSeconds - predictedSeconds;
        }
    }

    /** Sums of a phase. */
    private static final class Sums {
        private int steps;
        private final Map<String, Double> predicted = new TreeMap<>();
        private final Map<String, Double> measured = new TreeMap<>();
    }

    /**
     * Compares.
     *
     * @param log of a run of the executable's programs
     * @throws IllegalArgumentException if a step of the log is none of the executable's
     */
    public static Deviations of(RunLog log, Executable executable, Board board) {
        Map<Phase, Sums> sums = new EnumMap<>(Phase.class);
        boolean device = log.steps().stream().allMatch(s -> s.cost().isPresent());
        double joules = 0;
        try (Accelerator simulated = SimulatedCards.of(executable, board,
                SimAccelerator.Timing.CYCLE)) {
            for (RunLog.LoggedStep step : log.steps()) {
                if (step.position() == 0) {
                    simulated.reset();
                }
                requireSame(step, simulated);
                int[] tokens = step.tokens().stream().mapToInt(i -> i).toArray();
                Sums s = sums.computeIfAbsent(executable.programs().of(step.position(),
                        tokens.length).phase(), _ -> new Sums());
                s.steps++;
                StepCost cost = simulated.step(tokens).cost().orElseThrow();
                joules += cost.joules();
                add(s.predicted, cost);
                if (device) {
                    add(s.measured, step.cost().orElseThrow());
                } else {
                    s.measured.merge(STEP, step.wallNanos() / 1e9, Double::sum);
                }
            }
        }
        var rows = new ArrayList<Row>();
        sums.forEach((phase, s) -> s.measured.forEach((op, seconds) -> rows.add(new Row(phase, op,
                s.steps, s.predicted.getOrDefault(op, 0.0), seconds))));
        rows.sort(Comparator.comparing((Row r) -> !r.op().equals(STEP))
                .thenComparing(r -> r.op().equals(STEP) ? r.phase().ordinal()
                        : -Math.abs(r.excessSeconds()))
                .thenComparing(Row::phase).thenComparing(Row::op));
        return new Deviations(rows, device ? Clock.DEVICE : Clock.HOST, joules);
    }

    private static void requireSame(RunLog.LoggedStep step, Accelerator simulated) {
        if (step.position() != simulated.position()) {
            throw new IllegalArgumentException("run log: a step at position " + step.position()
                    + " follows one that ended at " + simulated.position()
                    + ": it is no log of one sequence");
        }
    }

    private static void add(Map<String, Double> sums, StepCost cost) {
        sums.merge(STEP, cost.seconds(), Double::sum);
        cost.opSeconds().forEach((op, seconds) -> sums.merge(op, seconds, Double::sum));
    }

    /**
     * The ops whose time differs most from what was predicted, the largest difference first; those
     * within a share of the prediction are left out.
     *
     * @param share such as 0.05
     */
    public List<Row> worst(double share) {
        return rows.stream().filter(r -> !r.op().equals(STEP))
                .filter(r -> Math.abs(r.deviation()) > share).toList();
    }
}
