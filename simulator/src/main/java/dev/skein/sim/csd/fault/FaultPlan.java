package dev.skein.sim.csd.fault;

import dev.skein.hls.board.drive.Flash;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What goes wrong in a functional drive, and nothing else does. The seed decides which reads are
 * repeated and what a power cut leaves of writes that were not synchronised; the rest is planted
 * by ordinals, each counted from 0 and from the opening of the drive.
 *
 * @param seed of everything drawn
 * @param errors how often reads are repeated
 * @param lostRead the page read that no retry helps
 * @param failedProgram the page program after which its block is bad
 * @param failedDie the die that answers to nothing
 * @param powerCut the write step (part of a page, block header, synchronisation) at which power
 *     goes; the step itself may be torn
 * @param removed the command before which the drive is pulled
 * @param lostCompletion the command that is done, but whose completion does not arrive
 */
public record FaultPlan(long seed, Flash.Errors errors, OptionalLong lostRead,
        OptionalLong failedProgram, Optional<Die> failedDie, OptionalLong powerCut,
        OptionalLong removed, OptionalLong lostCompletion) {

    /** Nothing goes wrong. */
    public static final FaultPlan NONE = new FaultPlan(0, new Flash.Errors(0, 0),
            OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), OptionalLong.empty(),
            OptionalLong.empty(), OptionalLong.empty());

    /** A die of a channel. */
    public record Die(int channel, int die) {}

    /** Reads are repeated so often. */
    public static FaultPlan retries(long seed, Flash.Errors errors) {
        return new FaultPlan(seed, errors, OptionalLong.empty(), OptionalLong.empty(),
                Optional.empty(), OptionalLong.empty(), OptionalLong.empty(),
                OptionalLong.empty());
    }

    /** The same with a page read that fails for good. */
    public FaultPlan withLostRead(long read) {
        return new FaultPlan(seed, errors, OptionalLong.of(read), failedProgram, failedDie,
                powerCut, removed, lostCompletion);
    }

    /** The same with a program that fails. */
    public FaultPlan withFailedProgram(long program) {
        return new FaultPlan(seed, errors, lostRead, OptionalLong.of(program), failedDie,
                powerCut, removed, lostCompletion);
    }

    /** The same with a die that fails. */
    public FaultPlan withFailedDie(int channel, int die) {
        return new FaultPlan(seed, errors, lostRead, failedProgram,
                Optional.of(new Die(channel, die)), powerCut, removed, lostCompletion);
    }

    /** The same with a power cut. */
    public FaultPlan withPowerCut(long step) {
        return new FaultPlan(seed, errors, lostRead, failedProgram, failedDie,
                OptionalLong.of(step), removed, lostCompletion);
    }

    /** The same with a drive that is pulled. */
    public FaultPlan withRemoval(long command) {
        return new FaultPlan(seed, errors, lostRead, failedProgram, failedDie, powerCut,
                OptionalLong.of(command), lostCompletion);
    }

    /** The same with a lost completion. */
    public FaultPlan withLostCompletion(long command) {
        return new FaultPlan(seed, errors, lostRead, failedProgram, failedDie, powerCut, removed,
                OptionalLong.of(command));
    }
}
