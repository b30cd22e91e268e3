package dev.skein.runtime.suite;

import dev.skein.runtime.backend.gpu.TimedLaunch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The same step several times: by the host's clock, launched ahead, and launch by launch by the
 * device's clock.
 *
 * @param wall of a step, tokens sent and logits read, us
 * @param runs of the launches; the same ones in each
 */
record StepTiming(Spread wall, List<List<TimedLaunch>> runs) {

    /**
     * Measures; the first of each kind is not counted.
     *
     * @param step takes it
     * @param timed takes it and the times of its launches
     */
    static StepTiming of(int count, Runnable step, Supplier<List<TimedLaunch>> timed) {
        double[] wall = new double[count];
        step.run();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            step.run();
            wall[i] = (System.nanoTime() - start) / 1e3;
        }
        List<List<TimedLaunch>> runs = new ArrayList<>();
        timed.get();
        for (int i = 0; i < count; i++) {
            runs.add(timed.get());
        }
        return new StepTiming(Spread.of(wall), runs);
    }

    /** How many steps {@link #of} takes. */
    static int steps(int count) {
        return 2 * (count + 1);
    }

    /** Those of a run, in order. */
    List<TimedLaunch> launches() {
        return runs.getFirst();
    }

    /** Of a launch. */
    Spread micros(int launch) {
        return Spread.of(runs.stream().mapToDouble(r -> r.get(launch).micros()).toArray());
    }

    /** Of all launches together. */
    Spread deviceMicros() {
        return Spread.of(runs.stream().mapToDouble(
                r -> r.stream().mapToDouble(TimedLaunch::micros).sum()).toArray());
    }

    /** What a launch takes beside its kernel: the host's time less the device's, shared by all. */
    double gapMicros() {
        return Math.max(0, (wall.median() - deviceMicros().median()) / launches().size());
    }
}
