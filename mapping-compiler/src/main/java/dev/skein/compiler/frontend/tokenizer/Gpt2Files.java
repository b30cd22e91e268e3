package dev.skein.compiler.frontend.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the two files GPT-2 was published with, {@code encoder.json} (also called
 * {@code vocab.json}) and {@code vocab.bpe} ({@code merges.txt}).
 */
public final class Gpt2Files {

    private static final String END = "<|endoftext|>";

    private Gpt2Files() {
    }

    /**
     * Reads both files.
     *
     * @throws FormatException if they are not such files or do not belong together
     * @throws IOException if they cannot be read
     */
    public static BpeTokenizer read(Path encoder, Path merges, ReaderLimits limits)
            throws IOException {
        JsonFields json = JsonFields.read(encoder, limits);
        String[] tokens = tokens(json);
        List<TokenKind> kinds = new ArrayList<>();
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < tokens.length; id++) {
            boolean end = tokens[id].equals(END);
            kinds.add(end ? TokenKind.CONTROL : TokenKind.NORMAL);
            if (end) {
                added.add(AddedToken.plain(id, END, true));
            }
        }
        OptionalInt end = added.isEmpty() ? OptionalInt.empty()
                : OptionalInt.of(added.getFirst().id());
        try {
            return new BpeTokenizer(new TokenizerDefinition(encoder.toString(),
                    TokenizerDefinition.Alphabet.BYTES, List.of(tokens), kinds, added,
                    merging(merges, limits), List.of(), List.of(new WordSplit.ByPattern(
                            SplitPattern.GPT2, WordSplit.Behavior.ISOLATED, false)),
                    OptionalInt.empty(), new TokenizerDefinition.Options(false, false, false,
                            false, false), end,
                    end.isPresent() ? Set.of(end.getAsInt()) : Set.of()));
        } catch (IllegalArgumentException e) {
            throw json.error("vocabulary", e.getMessage(), "its parts agree with each other");
        }
    }

    private static String[] tokens(JsonFields json) {
        int size = json.node().size();
        if (size == 0 || size > ModelConfig.MAX_VOCAB) {
            throw json.error("vocabulary", size + " tokens", "there are 1 to "
                    + ModelConfig.MAX_VOCAB);
        }
        String[] tokens = new String[size];
        for (Map.Entry<String, JsonNode> entry : json.fields()) {
            JsonNode id = entry.getValue();
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= size
                    || tokens[id.intValue()] != null) {
                throw json.error(entry.getKey(), JsonFields.text(id),
                        "the ids of " + size + " tokens are 0 to " + (size - 1)
                        + ", each used once");
            }
            tokens[id.intValue()] = entry.getKey();
        }
        return tokens;
    }

    private static TokenizerDefinition.Merging merging(Path file, ReaderLimits limits)
            throws IOException {
        if (Files.size(file) > limits.jsonBytes()) {
            throw new FormatException(file.toString(), FormatException.NO_OFFSET, "size",
                    Files.size(file) + " bytes", "a list of merges has at most "
                    + limits.jsonBytes(), "check that this is the file you mean");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new FormatException(file.toString(), FormatException.NO_OFFSET, "text",
                    "bytes that are not UTF-8", "a list of merges is UTF-8 text",
                    "download it again", e);
        }
        List<String> left = new ArrayList<>();
        List<String> right = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isEmpty() || i == 0 && line.startsWith("#version")) {
                continue;
            }
            String[] sides = line.split(" ", -1);
            if (sides.length != 2 || Arrays.asList(sides).contains("")) {
                throw new FormatException(file.toString(), FormatException.NO_OFFSET,
                        "line " + (i + 1), line, "a merge is \"left right\"",
                        "download it again");
            }
            left.add(sides[0]);
            right.add(sides[1]);
        }
        return new TokenizerDefinition.Merging.Ranked(left, right);
    }
}
