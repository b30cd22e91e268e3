package dev.skein.runtime.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.device.StepCost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a run log; what is wrong with one is a {@link FormatException} of one line. */
public final class RunLogReader {
    private static final long MOST_BYTES = 1L << 30;
    private static final int MOST_IDS = 1 << 20;
    private static final int MOST_VOCABULARY = 1 << 22;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String file;
    private final CRC32C sum = new CRC32C();
    private final List<RunLog.LoggedStep> steps = new ArrayList<>();
    private RunLog.Head head;
    private List<Integer> end;
    private int line;

    private RunLogReader(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws FormatException if it breaks a rule
     * @throws IOException if it cannot be read
     */
    public static RunLog read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        var reader = new RunLogReader(path.toString());
        if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
            throw reader.bad("file", Files.isRegularFile(path) ? Files.size(path) + " bytes"
                    : "a folder, a device or a pipe", "it is a file of at most " + MOST_BYTES);
        }
        return reader.parse(Files.readAllBytes(path));
    }

    private RunLog parse(byte[] bytes) {
        int from = 0;
        while (from < bytes.length) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            line++;
            if (to == bytes.length) {
                throw bad("line", "one that is cut off", "each line ends with a line feed");
            }
            take(object(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
            sum.update(bytes, from, to + 1 - from);
            from = to + 1;
        }
        if (end == null) {
            throw bad("end", head == null ? "an empty file" : "none after " + steps.size()
                    + " steps", "the last line is the end: the run was cut off");
        }
        return new RunLog(head, steps, end);
    }

    private JsonNode object(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw bad("line", e.getOriginalMessage(), "each line is a JSON object");
        }
        throw bad("line", text, "each line is a JSON object");
    }

    private void take(JsonNode json) {
        if (end != null) {
            throw bad("line", "another line", "nothing follows the end");
        }
        if (head == null) {
            head = head(json);
        } else if (json.has("end")) {
            String found = String.format("%08x", sum.getValue());
            if (!json.path("crc32c").asText().equals(found)) {
                throw bad("crc32c", json.path("crc32c").asText(), "the lines before have "
                        + found + ": the file was changed");
            }
            end = ids(json, "end", head.limits().vocabSize());
        } else {
            steps.add(step(json));
        }
    }

    private RunLog.Head head(JsonNode json) {
        if (integer(json, "skeinRunLog", 0, Integer.MAX_VALUE) != RunLog.VERSION) {
            throw bad("skeinRunLog", json.path("skeinRunLog"), "it is " + RunLog.VERSION);
        }
        var limits = new RunLog.Limits(integer(json, "vocabSize", 1, MOST_VOCABULARY),
                integer(json, "maxContext", 1, MOST_IDS), integer(json, "maxTokens", 1, MOST_IDS));
        Map<String, byte[]> files = new HashMap<>();
        json.path("files").properties().forEach(f -> {
            if (!ModelHeader.NAMES.contains(f.getKey())) {
                throw bad("files", f.getKey(), "files are " + ModelHeader.NAMES);
            }
            files.put(f.getKey(), base64(f.getValue(), "files." + f.getKey()));
        });
        try {
            var sampling = new Sampler.Options(number(json, "temperature"),
                    integer(json, "topK", 0, Integer.MAX_VALUE), number(json, "topP"),
                    json.path("seed").asLong());
            return new RunLog.Head(text(json, "device"), text(json, "source"),
                    ModelHeader.parse(file, text(json, "model"), files), text(json, "weights"),
                    text(json, "board"), limits, ids(json, "prompt", limits.vocabSize()),
                    integer(json, "tokens", 0, MOST_IDS), sampling);
        } catch (IllegalArgumentException e) {
            throw bad("sampling", e.getMessage(), "it is as the options of 'skein run' allow");
        }
    }

    private RunLog.LoggedStep step(JsonNode json) {
        byte[] bytes = base64(json.path("logits"), "logits");
        int vocab = head.limits().vocabSize();
        if (bytes.length != 4L * vocab) {
            throw bad("logits", bytes.length + " bytes", "a step has " + vocab + " of 4 bytes");
        }
        float[] logits = new float[vocab];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(logits);
        return new RunLog.LoggedStep(integer(json, "position", 0, head.limits().maxContext()),
                ids(json, "tokens", vocab), json.path("wallNanos").asLong(), logits, cost(json));
    }

    private Optional<StepCost> cost(JsonNode json) {
        JsonNode cost = json.get("cost");
        if (cost == null) {
            return Optional.empty();
        }
        Map<String, Double> ops = new LinkedHashMap<>();
        cost.path("opSeconds").properties().forEach(f ->
                ops.put(f.getKey(), f.getValue().asDouble()));
        return Optional.of(new StepCost(cost.path("cycles").asLong(), number(cost, "seconds"),
                cost.path("bytesMoved").asLong(), number(cost, "bandwidthUtilisation"),
                number(cost, "joules"), text(cost, "boundBy"), ops));
    }

    private List<Integer> ids(JsonNode json, String field, int vocab) {
        JsonNode array = json.path(field);
        if (!array.isArray() || array.size() > MOST_IDS) {
            throw bad(field, array.getNodeType(), "it is an array of token ids");
        }
        var out = new ArrayList<Integer>(array.size());
        for (JsonNode id : array) {
            if (!id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= vocab) {
                throw bad(field, id, "ids are 0 to " + (vocab - 1));
            }
            out.add(id.asInt());
        }
        return out;
    }

    private int integer(JsonNode json, String field, int low, int high) {
        JsonNode n = json.path(field);
        if (!n.canConvertToInt() || !n.isIntegralNumber() || n.asInt() < low || n.asInt() > high) {
            throw bad(field, n.isMissingNode() ? "nothing" : n, "it is an integer from " + low
                    + " to " + high);
        }
        return n.asInt();
    }

    private double number(JsonNode json, String field) {
        JsonNode n = json.path(field);
        if (!n.isNumber() || !Double.isFinite(n.asDouble())) {
            throw bad(field, n.isMissingNode() ? "nothing" : n, "it is a finite number");
        }
        return n.asDouble();
    }

    private String text(JsonNode json, String field) {
        JsonNode n = json.path(field);
        if (!n.isTextual()) {
            throw bad(field, n.isMissingNode() ? "nothing" : n, "it is a text");
        }
        return n.asText();
    }

    private byte[] base64(JsonNode json, String field) {
        try {
            return Base64.getDecoder().decode(json.asText());
        } catch (IllegalArgumentException e) {
            throw bad(field, e.getMessage(), "it is base64");
        }
    }

    private FormatException bad(String field, Object found, String rule) {
        return new FormatException(file, FormatException.NO_OFFSET, "line " + Math.max(1, line)
                + ", " + field, found, rule, "record the run again with 'skein run --record'");
    }
}
