package dev.skein.runtime;

import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.board.Board;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import dev.skein.sim.trace.TraceRecorder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The steps of whole requests on the cycle-level simulator, timing only.
 *
 * <p>A step starts on an idle board, so its report depends on its program, position and tokens
 * alone: steps are simulated on all cores of this machine in any order, and equal ones once. Steps
 * at unlike positions are never taken for the same: even where all lengths resolve alike (a bucket,
 * an attention span) the rows they append to the cache lie on other channels, banks and rows of the
 * HBM, and their timing differs by some cycles.
 */
public final class RequestSimulation {

    /**
     * A step.
     *
     * @param position tokens in the cache before it
     * @param tokens tokens it processes
     */
    public record Step(int position, int tokens) {}

    private final ProgramSet programs;
    private final Board board;

    /** Requests on a board with these programs. */
    public RequestSimulation(ProgramSet programs, Board board) {
        this.programs = programs;
        this.board = board;
    }

    /**
     * The steps of a request: the prompt in the largest steps there are, the last of which gives
     * the first token; then a step for each further token.
     *
     * @param promptLength tokens of the prompt, at least 1
     * @param outputLength tokens generated, at least 1
     * @param largestStep tokens of the largest step
     */
    public static List<Step> steps(int promptLength, int outputLength, int largestStep) {
        var out = new ArrayList<Step>();
        for (int at = 0; at < promptLength; at += largestStep) {
            out.add(new Step(at, Math.min(largestStep, promptLength - at)));
        }
        for (int i = 1; i < outputLength; i++) {
            out.add(new Step(promptLength + i - 1, 1));
        }
        return out;
    }

    /**
     * Simulates steps.
     *
     * @param progress is told 1 for each step that is simulated, from several threads
     * @return a report a step, in their order
     */
    public List<CycleReport> run(List<Step> steps, IntConsumer progress) {
        List<Step> distinct = steps.stream().distinct().toList();
        var reports = new CycleReport[distinct.size()];
        var next = new AtomicInteger();
        int threads = Math.min(distinct.size(), Runtime.getRuntime().availableProcessors());
        IntStream.range(0, threads).parallel().forEach(thread -> {
            for (int i = next.getAndIncrement(); i < reports.length; i = next.getAndIncrement()) {
                reports[i] = report(distinct.get(i));
                progress.accept(1);
            }
        });
        Map<Step, CycleReport> byStep = new HashMap<>();
        IntStream.range(0, reports.length).forEach(i -> byStep.put(distinct.get(i), reports[i]));
        return steps.stream().map(byStep::get).toList();
    }

    private CycleReport report(Step step) {
        return machine(step).run(step.position(), step.tokens());
    }

    private CycleMachine machine(Step step) {
        ServedProgram served = programs.of(step.position(), step.tokens());
        return new CycleMachine(served.program(), board, Values.NONE);
    }

    /** Simulates steps one after the other and tells a recorder what happens in them. */
    public List<CycleReport> record(List<Step> steps, TraceRecorder recorder,
            IntConsumer progress) {
        var reports = new ArrayList<CycleReport>();
        for (Step step : steps) {
            reports.add(machine(step).run(step.position(), step.tokens(), recorder));
            recorder.endStep("position " + step.position() + ", " + step.tokens() + " tokens",
                    reports.getLast().cycles());
            progress.accept(1);
        }
        return reports;
    }
}
