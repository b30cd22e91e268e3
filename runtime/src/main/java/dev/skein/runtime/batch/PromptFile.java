package dev.skein.runtime.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Prompts in a file of UTF-8: a line is a prompt, or a JSON object if it begins with a brace, with
 * the text {@code prompt} and, if wanted, the number {@code tokens}. Empty lines are none.
 */
public final class PromptFile {
    private static final long MOST_BYTES = 64L << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String file;
    private int line;

    private PromptFile(String file) {
        this.file = file;
    }

    /**
     * A prompt.
     *
     * @param tokens most tokens to generate, if the file says so; at least one
     */
    public record Prompt(String text, OptionalInt tokens) {}

    /**
     * Reads a file; at least one prompt.
     *
     * @throws FormatException naming line and field
     * @throws IOException if it cannot be read
     */
    public static List<Prompt> read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        var reader = new PromptFile(path.toString());
        if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
            throw reader.bad("size", Files.isRegularFile(path) ? Files.size(path) + " bytes"
                    : "a folder, a device or a pipe", "it is a file of at most " + MOST_BYTES
                    + " bytes");
        }
        return reader.parse(Files.readAllBytes(path));
    }

    private List<Prompt> parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw bad("text", "bytes that are no UTF-8", "prompts are UTF-8");
        }
        List<Prompt> prompts = new ArrayList<>();
        for (String each : text.lines().toList()) {
            line++;
            if (!each.isBlank()) {
                prompts.add(each.stripLeading().startsWith("{") ? object(each)
                        : new Prompt(each, OptionalInt.empty()));
            }
        }
        if (prompts.isEmpty()) {
            throw bad("prompts", "none", "there is one a line");
        }
        return prompts;
    }

    private Prompt object(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw bad("line", e.getOriginalMessage(), "a line that begins with a brace is a JSON"
                    + " object");
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!name.equals("prompt") && !name.equals("tokens")) {
                throw bad(name, json.get(name), "fields are prompt and tokens");
            }
        });
        JsonNode prompt = json.path("prompt");
        if (!prompt.isTextual()) {
            throw bad("prompt", prompt.isMissingNode() ? "none" : prompt, "it is a text");
        }
        JsonNode tokens = json.path("tokens");
        if (!tokens.isMissingNode() && (!tokens.canConvertToExactIntegral()
                || !tokens.canConvertToInt() || tokens.asInt() < 1)) {
            throw bad("tokens", tokens, "it is a whole number, 1 or more");
        }
        return new Prompt(prompt.asText(), tokens.isMissingNode() ? OptionalInt.empty()
                : OptionalInt.of(tokens.asInt()));
    }

    private FormatException bad(String field, Object found, String rule) {
        return new FormatException(file, FormatException.NO_OFFSET,
                line == 0 ? field : "line " + line + ", " + field, found, rule,
                "correct the file");
    }
}
