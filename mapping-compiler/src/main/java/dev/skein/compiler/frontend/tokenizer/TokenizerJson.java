package dev.skein.compiler.frontend.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads {@code tokenizer.json} of Hugging Face's tokenizers library, of the model kind BPE, with
 * {@code tokenizer_config.json} beside it for the beginning and end of a text.
 */
public final class TokenizerJson {

    /** Ids may have gaps, but not so many that a small file asks for a large table. */
    private static final int MOST_IDS_PER_TOKEN = 4;
    private static final int FREE_IDS = 4096;

    private final JsonFields json;
    private final TokenizerSettings settings;
    private final JsonFields model;
    private final int maxId;
    private final Map<String, Integer> vocabulary = new HashMap<>();
    private final Map<Integer, AddedToken> added = new HashMap<>();
    private String[] tokens = new String[0];

    private TokenizerJson(JsonFields json, TokenizerSettings settings) {
        this.json = json;
        this.settings = settings;
        this.model = json.object("model");
        long entries = model.object("vocab").node().size()
                + (json.has("added_tokens") ? json.array("added_tokens").size() : 0L);
        this.maxId = (int) Math.min(ModelConfig.MAX_VOCAB,
                FREE_IDS + MOST_IDS_PER_TOKEN * entries) - 1;
    }

    /**
     * Reads {@code tokenizer.json} and, where present, {@code tokenizer_config.json} of a model's
     * folder.
     *
     * @param special the model's own ids, for what these files leave open
     * @throws FormatException if it is no tokenizer this compiler supports
     * @throws IOException if a file cannot be read
     */
    public static BpeTokenizer read(Path folder, ModelConfig.SpecialTokens special,
                                    ReaderLimits limits) throws IOException {
        JsonFields json = JsonFields.read(folder.resolve("tokenizer.json"), limits);
        Path settings = folder.resolve("tokenizer_config.json");
        Optional<JsonFields> fields = Files.exists(settings)
                ? Optional.of(JsonFields.read(settings, limits)) : Optional.empty();
        return parse(json, fields, special);
    }

    /** As {@link #read}, of parsed objects. */
    public static BpeTokenizer parse(JsonFields json, Optional<JsonFields> settings,
                                     ModelConfig.SpecialTokens special) {
        try {
            return new TokenizerJson(json, new TokenizerSettings(settings, special)).tokenizer();
        } catch (IllegalArgumentException e) {
            throw json.error("tokenizer", e.getMessage(), "its parts agree with each other");
        }
    }

    private BpeTokenizer tokenizer() {
        requireBpe();
        readVocabulary();
        readAdded();
        TokenizerSteps steps = TokenizerSteps.read(json);
        // some files write "" for no unknown token
        OptionalInt unknown = model.node().path("unk_token").asText().isEmpty()
                ? OptionalInt.empty()
                : TokenizerSettings.idOf(model, "unk_token", vocabulary);
        List<TokenKind> kinds = kinds(unknown, model.flag("byte_fallback", false));
        List<String> written = new ArrayList<>(tokens.length);
        for (String token : tokens) {
            written.add(token == null ? "" : token);
        }
        OptionalInt leading = leadingToken();
        OptionalInt bos = settings.bos(vocabulary, leading, written.size());
        var options = new TokenizerDefinition.Options(model.flag("ignore_merges", false),
                model.flag("byte_fallback", false), model.flag("fuse_unk", false),
                bos.isPresent() && settings.addsBos(leading.isPresent()),
                steps.dropsLeadingSpace());
        return new BpeTokenizer(new TokenizerDefinition(json.file(), steps.alphabet(), written,
                kinds, List.copyOf(added.values()), merges(), steps.normalizations(),
                steps.splits(), unknown, options, bos,
                settings.endOfText(vocabulary, written, kinds)));
    }

    private void requireBpe() {
        String type = model.string("type", "BPE");
        if (!type.equals("BPE")) {
            throw model.error("type", type, "it is BPE", "use a model with a BPE tokenizer");
        }
        for (String field : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!model.string(field, "").isEmpty()) {
                throw model.error(field, model.string(field), "only none is supported",
                        "use a model with a byte-level or SentencePiece-style tokenizer");
            }
        }
        if (model.number("dropout", 0) != 0) {
            throw model.error("dropout", model.number("dropout"), "tokens are not random");
        }
    }

    private void readVocabulary() {
        JsonFields fields = model.object("vocab");
        int size = fields.node().size();
        if (size == 0 || size > ModelConfig.MAX_VOCAB) {
            throw model.error("vocab", size + " tokens", "there are 1 to "
                    + ModelConfig.MAX_VOCAB);
        }
        for (Map.Entry<String, JsonNode> entry : fields.fields()) {
            JsonNode id = entry.getValue();
            if (!id.isInt() || id.intValue() < 0 || id.intValue() > maxId) {
                throw fields.error(entry.getKey(), JsonFields.text(id),
                        "an id is an integer from 0 to " + maxId);
            }
            place(fields, entry.getKey(), id.intValue());
            vocabulary.put(entry.getKey(), id.intValue());
        }
    }

    private void readAdded() {
        if (!json.has("added_tokens")) {
            return;
        }
        for (JsonFields token : json.objects("added_tokens")) {
            int id = token.integer("id", 0, maxId);
            String content = token.string("content");
            if (content.isEmpty() || content.length() > AddedToken.MAX_LENGTH) {
                throw token.error("content", content.length() + " characters",
                        "there are 1 to " + AddedToken.MAX_LENGTH);
            }
            place(token, content, id);
            added.put(id, new AddedToken(id, content, token.flag("special", false),
                    token.flag("lstrip", false), token.flag("rstrip", false),
                    token.flag("single_word", false)));
        }
    }

    private void place(JsonFields where, String token, int id) {
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1,
                    Math.min(maxId + 1, 2 * tokens.length)));
        }
        if (tokens[id] != null && !tokens[id].equals(token)) {
            throw where.error(token, "id " + id, "no two tokens have the same id");
        }
        Integer other = vocabulary.putIfAbsent(token, id);
        if (other != null && other != id) {
            throw where.error(token, "ids " + other + " and " + id, "a token has one id");
        }
        tokens[id] = token;
    }

    private List<TokenKind> kinds(OptionalInt unknown, boolean byteFallback) {
        int size = tokens.length;
        while (size > 0 && tokens[size - 1] == null) {
            size--;
        }
        tokens = Arrays.copyOf(tokens, size);
        List<TokenKind> kinds = new ArrayList<>(size);
        for (int id = 0; id < size; id++) {
            String token = tokens[id];
            AddedToken more = added.get(id);
            if (token == null || token.isEmpty()) {
                kinds.add(TokenKind.UNUSED);
            } else if (more != null && more.control()) {
                kinds.add(TokenKind.CONTROL);
            } else if (unknown.isPresent() && unknown.getAsInt() == id) {
                kinds.add(TokenKind.UNKNOWN);
            } else if (more != null) {
                kinds.add(TokenKind.ADDED);
            } else {
                kinds.add(byteFallback && token.matches("<0x[0-9A-F]{2}>")
                        ? TokenKind.BYTE : TokenKind.NORMAL);
            }
        }
        return kinds;
    }

    private TokenizerDefinition.Merging merges() {
        List<String> left = new ArrayList<>();
        List<String> right = new ArrayList<>();
        for (JsonNode merge : model.array("merges")) {
            String[] sides = sides(merge);
            if (sides.length != 2 || sides[0].isEmpty() || sides[1].isEmpty()) {
                throw model.error("merges[" + left.size() + "]", JsonFields.text(merge),
                        "a merge is \"left right\" or [\"left\", \"right\"]");
            }
            left.add(sides[0]);
            right.add(sides[1]);
        }
        return new TokenizerDefinition.Merging.Ranked(left, right);
    }

    private static String[] sides(JsonNode merge) {
        if (merge.isTextual()) {
            return merge.textValue().split(" ", -1);
        }
        boolean pair = merge.isArray() && merge.size() == 2 && merge.get(0).isTextual()
                && merge.get(1).isTextual();
        return pair ? new String[] {merge.get(0).textValue(), merge.get(1).textValue()}
                : new String[0];
    }

    /** The token that the post-processor's template puts before a text. */
    private OptionalInt leadingToken() {
        Optional<JsonFields> processor = json.optionalObject("post_processor");
        if (processor.isPresent() && processor.get().string("type").equals("Sequence")) {
            processor = processor.get().objects("processors").stream()
                    .filter(p -> p.string("type").equals("TemplateProcessing")).findFirst();
        }
        if (processor.isEmpty() || !processor.get().string("type").equals("TemplateProcessing")) {
            return OptionalInt.empty();
        }
        List<JsonFields> single = processor.get().objects("single");
        if (single.isEmpty() || !single.getFirst().has("SpecialToken")) {
            return OptionalInt.empty();
        }
        return TokenizerSettings.idOf(single.getFirst().object("SpecialToken"), "id", vocabulary);
    }
}
