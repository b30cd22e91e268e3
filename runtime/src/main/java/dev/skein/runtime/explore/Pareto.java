package dev.skein.runtime.explore;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The candidates no other is better than in every respect. */
public final class Pareto {
    private static final Comparator<Outcome> FASTEST = Comparator
            .comparingDouble(Outcome::decodeTokensPerSecond).reversed()
            .thenComparingDouble(Outcome::joulesPerToken).thenComparingDouble(Outcome::load)
            .thenComparingInt(o -> o.task().index());

    private Pareto() {}

    /**
     * The front, fastest first. Decode and prefill tokens per second are better if higher, joules
     * per token and the load of the device if lower; of equal candidates the first one stands.
     */
    public static List<Outcome> front(List<Outcome> outcomes) {
        List<Outcome> measured = outcomes.stream().filter(Outcome::measured).sorted(FASTEST)
                .toList();
        return measured.stream().filter(o -> measured.stream().noneMatch(
                other -> other.dominates(o) || equal(other, o)
                        && other.task().index() < o.task().index())).toList();
    }

    private static boolean equal(Outcome a, Outcome b) {
        return !a.dominates(b) && !b.dominates(a)
                && a.decodeTokensPerSecond() == b.decodeTokensPerSecond()
                && a.prefillTokensPerSecond() == b.prefillTokensPerSecond()
                && a.joulesPerToken() == b.joulesPerToken() && a.load() == b.load();
    }

    /** The fastest decode among those that prefill no slower than the board the search began at. */
    public static Optional<Outcome> best(List<Outcome> outcomes) {
        List<Outcome> front = front(outcomes);
        double prefill = outcomes.stream().filter(o -> o.task().index() == 0)
                .mapToDouble(Outcome::prefillTokensPerSecond).findFirst().orElse(0);
        return front.stream().filter(o -> o.prefillTokensPerSecond() >= prefill).findFirst()
                .or(() -> front.stream().findFirst());
    }
}
