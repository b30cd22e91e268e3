package dev.skein.runtime;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Weights;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What the interpreter needs of a model.
 *
 * @param name of the model
 * @param graph with int8 layers where weights are quantised
 * @param weights of the graph
 * @param scheme of the weights
 * @param context most tokens of a sequence
 */
public record PreparedModel(String name, Graph graph, Weights weights, String scheme,
        int context) {

    /**
     * Prepares a model.
     *
     * @param asked weight scheme; by default what the model is compressed to, else f32
     * @param tokens context asked for
     * @param log takes remarks, one line each
     * @throws IllegalArgumentException in one sentence, if the model has no such context
     */
    public static PreparedModel of(Model model, Optional<String> asked, OptionalInt tokens,
            Compression compression, Consumer<String> log) {
        ModelConfig config = model.config();
        int context = context(config, tokens);
        String scheme = Loader.scheme(model, asked, "f32");
        if (scheme.equals("f32")) {
            return new PreparedModel(config.name(), GraphBuilder.build(config), model.weights(),
                    scheme, context);
        }
        QuantScheme parsed = QuantScheme.parse(scheme);
        return new PreparedModel(config.name(), Compression.graph(model, parsed),
                compression.apply(model, parsed, log), scheme, context);
    }

    /** The context asked for, if the model has as many positions. */
    static int context(ModelConfig config, OptionalInt tokens) {
        int context = Loader.context(config, tokens);
        if (context > config.maxPositions()) {
            throw new IllegalArgumentException("context " + context + " is longer than the "
                    + config.maxPositions() + " positions of model " + config.name()
                    + ": choose a smaller --context");
        }
        return context;
    }
}
