package dev.skein.runtime;

import dev.skein.compiler.calibrate.Calibration;
import dev.skein.compiler.compress.Method;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.pass.CompressWeights;
import dev.skein.compiler.pass.QuantiseWeights;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How weights become integers.
 *
 * @param method of all linear layers
 * @param calibration which texts the model writes, for methods that need some
 */
public record Compression(Method method, Calibration calibration) {
    /** By magnitude, from nothing but the weights. */
    public static final Compression DEFAULT =
            new Compression(Method.MAGNITUDE, Calibration.DEFAULT);

    /**
     * The weights of a model in a scheme, all linear layers compressed.
     *
     * @param log takes remarks, one line each
     */
    public Weights apply(Model model, QuantScheme scheme, Consumer<String> log) {
        if (model.scheme().equals(Optional.of(scheme)) && !this.equals(DEFAULT)) {
            throw new IllegalArgumentException("model " + model.config().name()
                    + " is compressed as " + scheme + " already: leave out --method and"
                    + " --calibrate");
        }
        if (method == Method.MAGNITUDE) {
            return model.weights();
        }
        List<int[]> texts = List.of();
        if (method.calibrated()) {
            texts = calibration.sample(model);
            log.accept("calibrated on " + texts.size() + " texts of " + texts.getFirst().length
                    + " tokens that the model wrote, seed " + calibration.seed());
        }
        return apply(model, scheme, texts, log);
    }

    /** As {@link #apply(Model, QuantScheme, Consumer)} with texts that are there already. */
    public Weights apply(Model model, QuantScheme scheme, List<int[]> texts,
            Consumer<String> log) {
        PassContext context = PassContext.of(model.weights(), texts, log);
        new CompressWeights(method).run(graph(model, scheme), context);
        return context.weights().orElseThrow();
    }

    /** The graph of a model with the formats of a scheme. */
    public static Graph graph(Model model, QuantScheme scheme) {
        return new QuantiseWeights(scheme).run(GraphBuilder.build(model.config()),
                PassContext.shapesOnly());
    }

    /** {@code magnitude} or {@code sparsegpt 1/32}. */
    @Override
    public String toString() {
        return method.calibrated() ? method + " " + calibration : method.toString();
    }
}
