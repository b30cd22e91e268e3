package dev.skein.runtime.storage;

import dev.skein.compiler.pass.placement.Workload;
import dev.skein.sim.storage.DriveMachine;
import dev.skein.sim.storage.DriveReport;
import dev.skein.sim.storage.FaultPlan;
import dev.skein.sim.storage.FluidDrive;
import dev.skein.sim.storage.step.Timeline;

/**
 * One layer of a decode step on the drive with most heads, every page an event, beside the same
 * without faults and the fast mode.
 *
 * @param still without faults
 * @param faulty with them
 * @param fastSeconds by the fast mode, without faults
 * @param wallSeconds that the second event run, with faults, took on this machine
 */
public record LayerRun(DriveReport still, DriveReport faulty, double fastSeconds,
        double wallSeconds) {

    /**
     * Runs it at the middle of decoding.
     *
     * @throws dev.skein.sim.storage.DriveFaultException naming a fault that loses a command
     * @throws dev.skein.sim.storage.step.PlacementException if the cache does not fit
     */
    public static LayerRun of(Timeline timeline, Workload workload, FaultPlan plan) {
        Timeline.Share share = timeline.share(workload.batch(), workload.middleContext());
        DriveReport still = new DriveMachine(share.drive()).run(
                share.step().commands(share.drive()));
        long start = System.nanoTime();
        DriveReport faulty = new DriveMachine(share.drive(), plan).run(
                share.step().commands(share.drive()));
        double wall = (System.nanoTime() - start) / 1e9;
        double fast = FluidDrive.run(share.drive(), share.step()).picos() / 1e12;
        return new LayerRun(still, faulty, fast, wall);
    }

    /** How much longer it takes, as a part of the time without faults. */
    public double slowDown() {
        return faulty.seconds() / still.seconds() - 1;
    }

    /** Pages that the event model read in a second of this machine. */
    public double pagesPerSecond() {
        return faulty.counts().pagesRead() / wallSeconds;
    }
}
