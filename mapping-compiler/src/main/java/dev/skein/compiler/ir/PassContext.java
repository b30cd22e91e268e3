package dev.skein.compiler.ir;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What passes know beside the graph. Weights only ever gain names: a pass that changes a weight
 * adds it under a new name and refers to that, so that the graph before the pass still means what
 * it meant.
 */
public final class PassContext {
    private Optional<Weights> weights;
    private final List<int[]> calibration;
    private final Consumer<String> log;

    private PassContext(Optional<Weights> weights, List<int[]> calibration,
            Consumer<String> log) {
        this.weights = weights;
        this.calibration = calibration.stream().map(int[]::clone).toList();
        this.log = Objects.requireNonNull(log, "log");
    }

    /**
     * A model with weights.
     *
     * @param calibration token ids of texts to measure activations on; possibly none
     * @param log takes remarks, one line each
     */
    public static PassContext of(Weights weights, List<int[]> calibration, Consumer<String> log) {
        return new PassContext(Optional.of(weights), calibration, log);
    }

    /** A model with weights, without calibration, its remarks dropped. */
    public static PassContext of(Weights weights) {
        return of(weights, List.of(), line -> { });
    }

    /** A model known by its shapes alone. */
    public static PassContext shapesOnly() {
        return new PassContext(Optional.empty(), List.of(), line -> { });
    }

    /** The weights, those that passes added included; empty for shapes alone. */
    public Optional<Weights> weights() {
        return weights;
    }

    /** Replaces the weights by some that have all the old names with the old values. */
    public void extendWeights(Weights extended) {
        weights = Optional.of(extended);
    }

    /** Token ids of texts to measure activations on. */
    public List<int[]> calibration() {
        return calibration.stream().map(int[]::clone).toList();
    }

    /** Notes a remark for the user. */
    public void log(String line) {
        log.accept(line);
    }
}
