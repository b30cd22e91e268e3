package dev.skein.compiler.frontend.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * Reads both files, of GPT-2 itself.
     *
     * @throws FormatException if they are not such files or do not belong together
     * @throws IOException if they cannot be read
     */
    public static BpeTokenizer read(Path encoder, Path merges, ReaderLimits limits)
            throws IOException {
        JsonFields json = JsonFields.read(encoder, limits);
        if (Files.size(merges) > limits.jsonBytes()) {
            throw new FormatException(merges.toString(), FormatException.NO_OFFSET, "size",
                    Files.size(merges) + " bytes", "a list of merges has at most "
                    + limits.jsonBytes(), "check that this is the file you mean");
        }
        return parse(json, merges.toString(), Files.readAllBytes(merges), Optional.empty(),
                ModelConfig.SpecialTokens.NONE);
    }

    /**
     * Parses both files, of any model that is published with them (OPT too).
     *
     * @param mergesFile names the second file in messages
     * @param merges its bytes
     * @param settings {@code tokenizer_config.json}, if there is one
     * @param special the model's own ids, for what these files leave open
     * @throws FormatException if they are not such files or do not belong together
     */
    public static BpeTokenizer parse(JsonFields encoder, String mergesFile, byte[] merges,
                                     Optional<JsonFields> settings,
                                     ModelConfig.SpecialTokens special) {
        TokenizerSettings more = new TokenizerSettings(settings, special);
        List<String> tokens = List.of(tokens(encoder));
        Map<String, Integer> vocabulary = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        Set<Integer> control = more.control(vocabulary);
        List<TokenKind> kinds = new ArrayList<>();
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            boolean steers = tokens.get(id).equals(END) || control.contains(id);
            kinds.add(steers ? TokenKind.CONTROL : TokenKind.NORMAL);
            if (steers) {
                added.add(AddedToken.plain(id, tokens.get(id), true));
            }
        }
        Integer end = vocabulary.get(END);
        OptionalInt bos = more.bos(vocabulary, end == null ? OptionalInt.empty()
                : OptionalInt.of(end), tokens.size());
        try {
            return new BpeTokenizer(new TokenizerDefinition(encoder.file(),
                    TokenizerDefinition.Alphabet.BYTES, tokens, kinds, added,
                    merging(mergesFile, merges), List.of(), List.of(new WordSplit.ByPattern(
                            SplitPattern.GPT2, WordSplit.Behavior.ISOLATED, false)),
                    OptionalInt.empty(), new TokenizerDefinition.Options(false, false, false,
                            bos.isPresent() && more.addsBos(false), false), bos,
                    more.endOfText(vocabulary, tokens, kinds)));
        } catch (IllegalArgumentException e) {
            throw encoder.error("vocabulary", e.getMessage(), "its parts agree with each other");
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

    private static TokenizerDefinition.Merging merging(String file, byte[] utf8) {
        List<String> lines;
        try {
            lines = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString()
                    .lines().toList();
        } catch (CharacterCodingException e) {
            throw new FormatException(file, FormatException.NO_OFFSET, "text",
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
                throw new FormatException(file, FormatException.NO_OFFSET,
                        "line " + (i + 1), line, "a merge is \"left right\"",
                        "download it again");
            }
            left.add(sides[0]);
            right.add(sides[1]);
        }
        return new TokenizerDefinition.Merging.Ranked(left, right);
    }
}
