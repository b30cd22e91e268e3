package dev.skein.compiler.frontend;

import java.util.Optional;

/**
 * The rotary fields of {@code config.json}: {@code rope_theta} with {@code rope_scaling}, or, from
 * version 5 of transformers on, both in {@code rope_parameters}.
 */
final class RopeJson {

    private RopeJson() {
    }

    static double theta(JsonFields json) {
        Optional<JsonFields> parameters = json.optionalObject("rope_parameters");
        double theta = parameters.map(p -> p.number("rope_theta", 10_000))
                .orElseGet(() -> json.number("rope_theta", 10_000));
        if (!(theta >= 1)) {
            throw json.error("rope_theta", theta, "it is at least 1");
        }
        return theta;
    }

    static RopeScaling scaling(JsonFields json, int maxPositions) {
        Optional<JsonFields> found = json.optionalObject("rope_parameters")
                .or(() -> json.optionalObject("rope_scaling"));
        if (found.isEmpty()) {
            return new RopeScaling.None();
        }
        JsonFields fields = found.get();
        String type = fields.has("rope_type") ? fields.string("rope_type")
                : fields.string("type", "default");
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(fields.number("factor"));
            case "llama3" -> new RopeScaling.Llama3(fields.number("factor"),
                    fields.number("low_freq_factor"), fields.number("high_freq_factor"),
                    fields.integer("original_max_position_embeddings", 1,
                            ModelConfig.MAX_POSITIONS, maxPositions));
            default -> throw fields.error("rope_type", type, "it is default, linear or llama3",
                    "use a model without this scaling, or remove it for contexts within the "
                    + "original length");
        };
    }
}
