package dev.skein.compiler.pass.placement;

import dev.skein.compiler.frontend.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All placements of a cache, judged; the one whose request is over first is chosen, the earlier of
 * equal ones.
 *
 * @param candidates one for each {@link CacheHome}, in its order
 */
public record PlacementChoice(List<Candidate> candidates) {

    /** Copies the list. */
    public PlacementChoice {
        candidates = List.copyOf(candidates);
    }

    /**
     * A placement and what was said of it.
     *
     * @param plan the placement
     * @param verdict of the cost model
     */
    public record Candidate(StoragePlan plan, PlacementCost.Verdict verdict) {
        private Optional<PlacementCost.Verdict.Fits> fits() {
            return verdict instanceof PlacementCost.Verdict.Fits f ? Optional.of(f)
                    : Optional.empty();
        }
    }

    /** Judges all of them. */
    public static PlacementChoice of(ModelConfig model, StorageTarget target, Workload workload,
            PlacementCost cost) {
        var out = new ArrayList<Candidate>();
        for (CacheHome home : CacheHome.values()) {
            StoragePlan plan = StoragePlan.of(model, target, home);
            out.add(new Candidate(plan, cost.of(plan, workload)));
        }
        return new PlacementChoice(out);
    }

    /** The winner; empty if nothing fits. */
    public Optional<Candidate> winner() {
        return candidates.stream().filter(c -> c.fits().isPresent()).min(Comparator.comparingDouble(
                c -> c.fits().get().requestSeconds()));
    }
}
