package dev.skein.runtime.explore;

import dev.skein.hls.board.Board;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a search found.
 *
 * @param base the board it began at
 * @param outcomes of all candidates by index
 * @param refused proposals that did not fit the device and were not simulated
 */
public record SearchResult(Board base, List<Outcome> outcomes, long refused) {

    /** Copies the list. */
    public SearchResult {
        outcomes = List.copyOf(outcomes);
    }

    /** As {@link Pareto#front}. */
    public List<Outcome> front() {
        return Pareto.front(outcomes);
    }

    /** As {@link Pareto#best}. */
    public Optional<Outcome> best() {
        return Pareto.best(outcomes);
    }

    /** Candidates that fit the device, but for which the model could not be compiled. */
    public long uncompilable() {
        return outcomes.stream().filter(o -> !o.measured()).count();
    }

    /** The values of a candidate that differ from those of the board the search began at. */
    public String changes(Outcome outcome) {
        var before = Design.of(base).values(base);
        return outcome.task().design().values(base).entrySet().stream()
                .filter(e -> !e.getValue().equals(before.get(e.getKey())))
                .map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
    }
}
