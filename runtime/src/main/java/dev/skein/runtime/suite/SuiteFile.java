package dev.skein.runtime.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of a suite's JSON that the timing model is calibrated on.
 *
 * @param device what it calls itself
 * @param speed if it was measured
 * @param kernels with what the timing model says that they do
 * @param steps of whole models
 */
public record SuiteFile(String device, Optional<DeviceSpeed> speed, List<MeasuredKernel> kernels,
        List<MeasuredStep> steps) {
    /** Of the layout of the JSON; others are refused. */
    private static final int SCHEMA = 1;
    /** A suite writes some tens of KiB; anything larger is something else. */
    private static final long MAX_BYTES = 1L << 24;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES).build();

    /** Copies the lists. */
    public SuiteFile {
        kernels = List.copyOf(kernels);
        steps = List.copyOf(steps);
    }

    /** What {@code --json} prints of a suite; {@code skein bench --help} names the fields. */
    public static ObjectNode json(SuiteResult result) {
        ObjectNode json = JSON.createObjectNode();
        SuiteOptions options = result.options();
        json.put("suite", "decode");
        json.put("schema", SCHEMA);
        json.put("device", result.device());
        json.put("driver", result.driver());
        json.put("java", Runtime.version().toString());
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("scale", options.scale().toString());
        json.put("model", options.modelName());
        json.put("weights", options.weights());
        json.put("seed", MatrixChain.SEED);
        json.put("runs", options.runs());
        options.gpu().ifPresent(gpu -> json.put("gpu", gpu.name()));
        result.speed().ifPresent(speed -> json.set("speed", JSON.valueToTree(speed)));
        var rows = json.putArray("rows");
        for (SuiteRow row : result.rows()) {
            put(rows.addObject(), row);
        }
        json.set("kernels", JSON.valueToTree(result.kernels()));
        json.set("steps", JSON.valueToTree(result.steps()));
        return json;
    }

    private static void put(ObjectNode node, SuiteRow row) {
        node.put("part", row.part().toString());
        node.put("name", row.name());
        row.value().ifPresent(v -> node.put("unit", row.unit()).put("median", v.median())
                .put("least", v.least()).put("most", v.most()).put("runs", v.runs()));
        row.target().ifPresent(t -> node.put("target", t));
        row.verdict().ifPresent(v -> node.put("verdict", v));
        row.problem().ifPresent(p -> node.put("problem", p));
    }

    /**
     * Reads what {@code --json} printed.
     *
     * @throws IllegalArgumentException in one line, if it is something else
     */
    public static SuiteFile read(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(file + ": " + Files.size(file)
                    + " bytes; the JSON of a suite has at most " + MAX_BYTES);
        }
        try {
            return parse(file.toString(), JSON.readTree(Files.readString(file)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static SuiteFile parse(String file, JsonNode json) {
        if (!json.path("suite").asText().equals("decode")
                || json.path("schema").asInt() != SCHEMA) {
            throw new IllegalArgumentException(file + ": no result of a decode suite of schema "
                    + SCHEMA + "; write one with 'skein bench --device opencl --suite decode"
                    + " --json'");
        }
        Optional<DeviceSpeed> speed = json.has("speed")
                ? Optional.of(value(file, "speed", json.get("speed"), DeviceSpeed.class))
                : Optional.empty();
        return new SuiteFile(json.path("device").asText(), speed,
                list(file, "kernels", json, MeasuredKernel.class),
                list(file, "steps", json, MeasuredStep.class));
    }

    private static <T> List<T> list(String file, String field, JsonNode json, Class<T> type) {
        if (!json.path(field).isArray()) {
            throw new IllegalArgumentException(file + ": field '" + field
                    + "': found no array; allowed: what the suite wrote");
        }
        List<T> values = new ArrayList<>();
        for (JsonNode node : json.get(field)) {
            values.add(value(file, field + "[" + values.size() + "]", node, type));
        }
        return values;
    }

    private static <T> T value(String file, String field, JsonNode node, Class<T> type) {
        try {
            return JSON.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            String reason = Stream.iterate((Throwable) e, c -> c != null, Throwable::getCause)
                    .filter(c -> c instanceof IllegalArgumentException).findFirst()
                    .map(Throwable::getMessage).orElse(e.getOriginalMessage());
            throw new IllegalArgumentException(file + ": field '" + field + "': " + reason
                    + "; allowed: what the suite wrote", e);
        }
    }
}
