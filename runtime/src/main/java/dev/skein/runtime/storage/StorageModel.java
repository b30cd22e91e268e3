package dev.skein.runtime.storage;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.pass.placement.CacheHome;
import dev.skein.compiler.pass.placement.PlacementCost;
import dev.skein.compiler.pass.placement.StoragePlan;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.compiler.pass.placement.Workload;
import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.step.CachePlace;
import dev.skein.sim.storage.step.PlacementException;
import dev.skein.sim.storage.step.RooflineGpu;
import dev.skein.sim.storage.step.Timeline;
import java.util.Optional;

/**
 * A model on a target in time: the cost by which a placement is chosen.
 *
 * @param model its shape
 * @param target GPU and drives
 * @param attention of the drives
 */
public record StorageModel(ModelConfig model, StorageTarget target, Attention attention)
        implements PlacementCost {

    /** Steps with the cache there. */
    public Timeline timeline(CacheHome home) {
        CachePlace place = switch (home) {
            case IN_STORAGE -> new CachePlace.InStorage(target.drive(), target.drives(),
                    attention);
            case HOST_MEMORY -> new CachePlace.HostMemory();
            case PLAIN_DRIVE -> new CachePlace.PlainDrive(target.drive(), target.drives(),
                    Optional.empty());
            case GPU_MEMORY -> new CachePlace.GpuMemory();
            case RECOMPUTE -> new CachePlace.Recompute();
        };
        return new Timeline(ModelShapes.of(model), target.host(),
                new RooflineGpu(target.host().gpu()), place);
    }

    @Override
    public Verdict of(StoragePlan plan, Workload w) {
        try {
            Timeline.Generation g = timeline(plan.home()).generate(w.batch(), w.promptLength(),
                    w.outputLength());
            return new Verdict.Fits(g.prefillSeconds(), g.decode().seconds(),
                    g.prefillSeconds() + w.outputLength() * g.decode().seconds());
        } catch (PlacementException e) {
            return new Verdict.Refused(e.getMessage());
        }
    }

    /**
     * A request with the cache there.
     *
     * @throws PlacementException if it does not fit
     */
    public StorageRun run(CacheHome home, Workload w) {
        StoragePlan plan = StoragePlan.of(model, target, home);
        Timeline timeline = timeline(home);
        Timeline.Generation generation = timeline.generate(w.batch(), w.promptLength(),
                w.outputLength());
        return new StorageRun(target, plan, w, generation, timeline.occupation(w.batch(),
                w.middleContext()));
    }
}
