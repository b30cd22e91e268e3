package dev.skein.sim.csd.flash;

import dev.skein.sim.csd.fault.FaultPlan;
import java.util.SplittableRandom;

/** Draws of a fault plan, in the order of reads and programs. */
final class Draws {
    private final FaultPlan plan;
    private final SplittableRandom random;
    private final double again;
    private long reads;
    private long programs;

    Draws(FaultPlan plan) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed() ^ 0x72656164);
        // Each attempt fails with probability a: a / (1 - a) retries are expected.
        this.again = plan.errors().retriesPerRead() / (1 + plan.errors().retriesPerRead());
    }

    /** Repetitions of the next read; -1 if none helps. */
    int retries() {
        long read = reads++;
        if (plan.lostRead().isPresent() && plan.lostRead().getAsLong() == read) {
            return -1;
        }
        int n = 0;
        while (n < plan.errors().maxRetries() && random.nextDouble() < again) {
            n++;
        }
        return n;
    }

    boolean programFails() {
        long program = programs++;
        return plan.failedProgram().isPresent() && plan.failedProgram().getAsLong() == program;
    }

    boolean dieFailed(int channel, int die) {
        return plan.failedDie().isPresent()
                && plan.failedDie().get().equals(new FaultPlan.Die(channel, die));
    }
}
