package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * What goes wrong in a run, and nothing else does. The seed decides which reads are repeated; the
 * rest is planted.
 *
 * @param seed of read retries
 * @param retries whether reads are repeated as often as the drive file says
 * @param failedPage the ordinal of the page read that never succeeds
 * @param failedDie the die that answers to nothing
 * @param powerCutPicos when the power goes
 * @param removedPicos when the drive is pulled
 * @param lostCompletion the ordinal of the command whose completion does not arrive
 */
public record FaultPlan(long seed, boolean retries, OptionalLong failedPage,
        Optional<Die> failedDie, OptionalLong powerCutPicos, OptionalLong removedPicos,
        OptionalInt lostCompletion) {

    /** Nothing goes wrong, and no read is repeated. */
    public static final FaultPlan NONE = new FaultPlan(0, false, OptionalLong.empty(),
            Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalInt.empty());

    /** A die of a channel. */
    public record Die(int channel, int die) {}

    /** Reads are repeated at the rate of the drive file. */
    public static FaultPlan retries(long seed) {
        return new FaultPlan(seed, true, OptionalLong.empty(), Optional.empty(),
                OptionalLong.empty(), OptionalLong.empty(), OptionalInt.empty());
    }

    /** The same with a page that cannot be read. */
    public FaultPlan withFailedPage(long read) {
        return new FaultPlan(seed, retries, OptionalLong.of(read), failedDie, powerCutPicos,
                removedPicos, lostCompletion);
    }

    /** The same with a die that does not answer. */
    public FaultPlan withFailedDie(int channel, int die) {
        return new FaultPlan(seed, retries, failedPage, Optional.of(new Die(channel, die)),
                powerCutPicos, removedPicos, lostCompletion);
    }

    /** The same with a power cut. */
    public FaultPlan withPowerCut(long picos) {
        return new FaultPlan(seed, retries, failedPage, failedDie, OptionalLong.of(picos),
                removedPicos, lostCompletion);
    }

    /** The same with a drive that is pulled. */
    public FaultPlan withRemoval(long picos) {
        return new FaultPlan(seed, retries, failedPage, failedDie, powerCutPicos,
                OptionalLong.of(picos), lostCompletion);
    }

    /** The same with a completion that is lost. */
    public FaultPlan withLostCompletion(int command) {
        return new FaultPlan(seed, retries, failedPage, failedDie, powerCutPicos, removedPicos,
                OptionalInt.of(command));
    }

    /** Draws for one run, in the order of its reads. */
    static final class Draws {
        private final FaultPlan plan;
        private final Flash.Errors errors;
        private final SplittableRandom random;
        private final double again;
        private long reads;

        Draws(FaultPlan plan, Flash.Errors errors) {
            this.plan = plan;
            this.errors = errors;
            this.random = new SplittableRandom(plan.seed());
            // Each attempt fails with probability a: a / (1 - a) retries are expected.
            this.again = errors.retriesPerRead() / (1 + errors.retriesPerRead());
        }

        /** Repetitions of the next read; more than the limit if the page is lost. */
        int retries() {
            long read = reads++;
            if (plan.failedPage().isPresent() && plan.failedPage().getAsLong() == read) {
                return errors.maxRetries() + 1;
            }
            if (!plan.retries()) {
                return 0;
            }
            int n = 0;
            while (n < errors.maxRetries() && random.nextDouble() < again) {
                n++;
            }
            return n;
        }

        void checkDie(int channel, int die) {
            if (plan.failedDie().isPresent()
                    && plan.failedDie().get().equals(new Die(channel, die))) {
                throw new DriveFaultException("die " + die + " of channel " + channel
                        + " does not answer (planted fault); what is on it is lost");
            }
        }
    }
}
