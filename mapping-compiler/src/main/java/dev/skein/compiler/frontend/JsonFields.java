package dev.skein.compiler.frontend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object of a foreign file, read field by field. Every wrong type or range leaves as a
 * {@link FormatException} that names the field by its path; duplicate names, deep nesting and
 * trailing text are refused while parsing.
 */
public final class JsonFields {

    private final String file;
    private final String path;
    private final JsonNode node;

    private JsonFields(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /**
     * Reads a file whose top level is an object.
     *
     * @throws FormatException if it is too large or not such a JSON text
     * @throws IOException if it cannot be read
     */
    public static JsonFields read(Path file, ReaderLimits limits) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size > limits.jsonBytes()) {
                throw new FormatException(file.toString(), FormatException.NO_OFFSET, "size",
                        size + " bytes", "a JSON file has at most " + limits.jsonBytes()
                        + " bytes", "check that this is the file you mean");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            return parse(file.toString(), bytes.array(), limits);
        }
    }

    /**
     * Parses UTF-8 bytes whose top level is an object.
     *
     * @param file named in messages
     * @throws FormatException if they are not such a JSON text
     */
    public static JsonFields parse(String file, byte[] utf8, ReaderLimits limits) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.jsonDepth())
                        .maxDocumentLength(limits.jsonBytes())
                        .maxStringLength(limits.jsonBytes())
                        .maxNameLength(limits.keyBytes())
                        .maxNumberLength(100).build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        ObjectMapper mapper = new ObjectMapper(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try {
            JsonNode node = mapper.readTree(utf8);
            if (node == null || !node.isObject()) {
                throw new FormatException(file, 0, "top level", kind(node),
                        "it is a JSON object", "check that this is the file you mean");
            }
            return new JsonFields(file, "", node);
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? FormatException.NO_OFFSET
                    : e.getLocation().getByteOffset();
            throw new FormatException(file, offset, "JSON", e.getOriginalMessage(),
                    "the file is one valid JSON object", "download it again", e);
        } catch (IOException e) {
            throw new FormatException(file, FormatException.NO_OFFSET, "JSON", e.getMessage(),
                    "the file is one valid JSON object", "download it again", e);
        }
    }

    /** The file, for messages. */
    public String file() {
        return file;
    }

    /** Path of this object in its file, such as {@code model.vocab}; empty at the top. */
    public String path() {
        return path;
    }

    /** The object itself. */
    public JsonNode node() {
        return node;
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Whether a name is in the object, even with null as its value. */
    public boolean names(String name) {
        return node.has(name);
    }

    /** A required integer within a range. */
    public int integer(String name, int low, int high) {
        return integer(name, required(name), low, high);
    }

    /** An integer within a range, or the default where the field is absent or null. */
    public int integer(String name, int low, int high, int otherwise) {
        return has(name) ? integer(name, low, high) : otherwise;
    }

    private int integer(String name, JsonNode value, int low, int high) {
        boolean whole = value.isIntegralNumber()
                || value.isFloatingPointNumber() && value.doubleValue() == value.longValue();
        if (!whole || !value.canConvertToLong() || value.longValue() < low
                || value.longValue() > high) {
            throw error(name, text(value), "it is an integer from " + low + " to " + high);
        }
        return value.intValue();
    }

    /** A required 64-bit integer within a range. */
    public long longInteger(String name, long low, long high) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < low
                || value.longValue() > high) {
            throw error(name, text(value), "it is an integer from " + low + " to " + high);
        }
        return value.longValue();
    }

    /** A required finite number. */
    public double number(String name) {
        JsonNode value = required(name);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw error(name, text(value), "it is a finite number");
        }
        return value.doubleValue();
    }

    /** A finite number, or the default where the field is absent or null. */
    public double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    /** A boolean, or the default where the field is absent or null. */
    public boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = node.get(name);
        if (!value.isBoolean()) {
            throw error(name, text(value), "it is true or false");
        }
        return value.booleanValue();
    }

    /** A required string. */
    public String string(String name) {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw error(name, text(value), "it is a string");
        }
        return value.textValue();
    }

    /** A string, or the default where the field is absent or null. */
    public String string(String name, String otherwise) {
        return has(name) ? string(name) : otherwise;
    }

    /** A required object. */
    public JsonFields object(String name) {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw error(name, kind(value), "it is an object");
        }
        return new JsonFields(file, field(name), value);
    }

    /** An object, or empty where the field is absent or null. */
    public Optional<JsonFields> optionalObject(String name) {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    /** The elements of a required array. */
    public List<JsonNode> array(String name) {
        JsonNode value = required(name);
        if (!value.isArray()) {
            throw error(name, kind(value), "it is an array");
        }
        List<JsonNode> all = new ArrayList<>(value.size());
        value.forEach(all::add);
        return all;
    }

    /** The elements of a required array of objects. */
    public List<JsonFields> objects(String name) {
        List<JsonFields> all = new ArrayList<>();
        for (JsonNode element : array(name)) {
            String label = name + "[" + all.size() + "]";
            if (!element.isObject()) {
                throw error(label, kind(element), "it is an object");
            }
            all.add(new JsonFields(file, field(label), element));
        }
        return all;
    }

    /** All fields, in the order of the file. */
    public Iterable<Map.Entry<String, JsonNode>> fields() {
        return node.properties();
    }

    /** An error about a field of this object, with the usual remedy. */
    public FormatException error(String name, Object found, String rule) {
        return error(name, found, rule, "use the file as it was published");
    }

    /** An error about a field of this object. */
    public FormatException error(String name, Object found, String rule, String remedy) {
        return new FormatException(file, FormatException.NO_OFFSET, field(name), found, rule,
                remedy);
    }

    /** Short text of a value for a message. */
    public static String text(JsonNode value) {
        return value.isContainerNode() ? kind(value) : value.toString();
    }

    private JsonNode required(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw error(name, value == null ? "nothing" : "null", "the field is required");
        }
        return value;
    }

    private String field(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String kind(JsonNode value) {
        return value == null || value.isMissingNode() ? "nothing"
                : switch (value.getNodeType()) {
                    case ARRAY -> "an array of " + value.size();
                    case OBJECT -> "an object of " + value.size() + " fields";
                    case STRING -> "a string";
                    case NUMBER -> "the number " + value;
                    case BOOLEAN -> value.toString();
                    case NULL -> "null";
                    case BINARY, MISSING, POJO -> "something else";
                };
    }
}
