package dev.skein.runtime.storage;

import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.pass.placement.StoragePlan;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.compiler.pass.placement.Workload;
import dev.skein.sim.storage.Occupation;
import dev.skein.sim.storage.step.StepTime;
import dev.skein.sim.storage.step.Timeline;
import java.util.Optional;

/**
 * A simulated request.
 *
 * @param target GPU and drives
 * @param plan what was placed where
 * @param workload what was asked for
 * @param generation what it took
 * @param occupation of a drive that computes, in the middle of decoding
 */
public record StorageRun(StorageTarget target, StoragePlan plan, Workload workload,
        Timeline.Generation generation, Optional<Occupation> occupation) {

    /** Mean decode step. */
    public StepTime step() {
        return generation.decode();
    }

    /** Whole request. */
    public double seconds() {
        return generation.prefillSeconds() + workload.outputLength() * step().seconds();
    }

    /** What a step waits for most, and within a drive which part. */
    public String boundBy() {
        StepTime s = step();
        if (s.gpuSeconds() >= s.cacheSeconds() && s.gpuSeconds() >= s.flushSeconds()) {
            return "GPU";
        }
        if (s.flushSeconds() > s.cacheSeconds()) {
            return "programming of flash";
        }
        return switch (plan.home()) {
            case IN_STORAGE -> "drive: " + occupation.orElseThrow().busiest().name();
            case HOST_MEMORY -> "GPU link";
            case PLAIN_DRIVE -> "drives or links to the cache";
            case GPU_MEMORY, RECOMPUTE -> "GPU memory";
        };
    }

    /** Bytes over the GPU's link, both directions, in a decode step in the middle. */
    public long gpuLinkBytes() {
        return plan.gpuLinkBytes(Phase.DECODE, workload.batch(), workload.middleContext());
    }

    /** Bytes over the link of the drive with most heads in that step. */
    public long driveLinkBytes() {
        return plan.driveLinkBytes(Phase.DECODE, workload.batch(), workload.middleContext());
    }
}
