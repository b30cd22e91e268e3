package dev.skein.compiler.frontend.tokenizer;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.Metadata;
import dev.skein.compiler.frontend.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the tokenizer in GGUF metadata: {@code tokenizer.ggml.model} "llama" (SentencePiece with
 * scores) and "gpt2" (byte-level with merges), as llama.cpp understands them.
 */
public final class GgufTokenizer {

    private static final String KEY = "tokenizer.ggml.";
    private static final String PRE_NAMES = "gpt-2, llama-bpe, qwen2, smollm or a name of theirs";

    private final Metadata metadata;
    private final List<String> tokens;
    private final List<TokenKind> kinds = new ArrayList<>();
    private final List<AddedToken> added = new ArrayList<>();

    private GgufTokenizer(Metadata metadata) {
        this.metadata = metadata;
        this.tokens = metadata.strings(KEY + "tokens");
        if (tokens.isEmpty() || tokens.size() > ModelConfig.MAX_VOCAB) {
            throw metadata.error(KEY + "tokens", tokens.size() + " tokens", "there are 1 to "
                    + ModelConfig.MAX_VOCAB);
        }
    }

    /**
     * Reads the tokenizer.
     *
     * @throws FormatException if it is no tokenizer this compiler supports
     */
    public static BpeTokenizer parse(Metadata metadata) {
        String model = metadata.string(KEY + "model");
        try {
            return switch (model) {
                case "llama" -> new GgufTokenizer(metadata).sentencePiece();
                case "gpt2" -> new GgufTokenizer(metadata).byteLevel();
                default -> throw metadata.error(KEY + "model", model, "it is llama or gpt2",
                        "use a model of the LLaMA, Qwen or GPT-2 kind");
            };
        } catch (IllegalArgumentException e) {
            throw metadata.error(KEY + "model", e.getMessage(), "its keys agree with each other");
        }
    }

    private BpeTokenizer sentencePiece() {
        readKinds(true);
        boolean prefix = metadata.flag(KEY + "add_space_prefix", true);
        List<Normalization> steps = new ArrayList<>();
        if (prefix) {
            steps.add(new Normalization.Prepend(Vocabulary.SPACE_MARK));
        }
        steps.add(new Normalization.Replace(" ", Vocabulary.SPACE_MARK));
        OptionalInt unknown = id("unknown");
        unknown.ifPresent(id -> kinds.set(id, TokenKind.UNKNOWN));
        return build(TokenizerDefinition.Alphabet.CHARACTERS,
                new TokenizerDefinition.Merging.Scored(scores()), steps, List.of(), unknown,
                new TokenizerDefinition.Options(false, true, true, addsBos(true), prefix));
    }

    private BpeTokenizer byteLevel() {
        readKinds(false);
        String pre = metadata.string(KEY + "pre", "gpt-2");
        boolean llama3 = isLlama3(pre);
        return build(TokenizerDefinition.Alphabet.BYTES, merges(), List.of(), splits(pre),
                OptionalInt.empty(), new TokenizerDefinition.Options(llama3, false, false,
                        addsBos(llama3), false));
    }

    private BpeTokenizer build(TokenizerDefinition.Alphabet alphabet,
                               TokenizerDefinition.Merging merging, List<Normalization> steps,
                               List<WordSplit> splits, OptionalInt unknown,
                               TokenizerDefinition.Options options) {
        Set<Integer> ends = new LinkedHashSet<>();
        for (String kind : List.of("eos", "eot", "eom")) {
            id(kind).ifPresent(ends::add);
        }
        ends.addAll(EndOfText.known(tokens, kinds));
        return new BpeTokenizer(new TokenizerDefinition(metadata.file(), alphabet, tokens, kinds,
                added, merging, steps, splits, unknown, options, id("bos"), ends));
    }

    private static boolean isLlama3(String pre) {
        return Set.of("llama-bpe", "llama3", "llama-v3").contains(pre);
    }

    /** The rules behind the names of llama.cpp. */
    private List<WordSplit> splits(String pre) {
        return switch (pre) {
            case "gpt-2" -> List.of(cut(SplitPattern.GPT2));
            case "llama-bpe", "llama3", "llama-v3" -> List.of(cut(SplitPattern.LLAMA3));
            case "qwen2", "deepseek-r1-qwen" -> List.of(cut(SplitPattern.QWEN2));
            case "smollm" -> List.of(new WordSplit.Digits(true), cut(SplitPattern.GPT2));
            default -> throw metadata.error(KEY + "pre", pre, "it is " + PRE_NAMES,
                    "use the model's safetensors files, which spell the rule out");
        };
    }

    private static WordSplit cut(SplitPattern pattern) {
        return new WordSplit.ByPattern(pattern, WordSplit.Behavior.ISOLATED, false);
    }

    private void readKinds(boolean required) {
        if (!required && !metadata.has(KEY + "token_type")) {
            tokens.forEach(_ -> kinds.add(TokenKind.NORMAL));
            return;
        }
        double[] types = metadata.numbers(KEY + "token_type");
        if (types.length != tokens.size()) {
            throw metadata.error(KEY + "token_type", types.length + " types",
                    "there is one for each of " + tokens.size() + " tokens");
        }
        for (int id = 0; id < types.length; id++) {
            TokenKind kind = kind(types[id], id);
            kinds.add(tokens.get(id).isEmpty() ? TokenKind.UNUSED : kind);
            if (kinds.getLast() == TokenKind.CONTROL || kinds.getLast() == TokenKind.ADDED) {
                added.add(AddedToken.plain(id, tokens.get(id), kind == TokenKind.CONTROL));
            }
        }
    }

    /** The numbers of llama.cpp's token types. */
    private TokenKind kind(double type, int id) {
        return switch (type == (int) type ? (int) type : 0) {
            case 1 -> TokenKind.NORMAL;
            case 2 -> TokenKind.UNKNOWN;
            case 3 -> TokenKind.CONTROL;
            case 4 -> TokenKind.ADDED;
            case 5 -> TokenKind.UNUSED;
            case 6 -> TokenKind.BYTE;
            default -> throw metadata.error(KEY + "token_type", type + " of token " + id,
                    "it is 1 to 6");
        };
    }

    private List<Float> scores() {
        List<Float> scores = new ArrayList<>(tokens.size());
        for (double score : metadata.numbers(KEY + "scores")) {
            if (Double.isNaN(score)) {
                throw metadata.error(KEY + "scores", "NaN for token " + scores.size(),
                        "scores can be ordered");
            }
            // adding zero makes both zeros the same
            scores.add((float) score + 0f);
        }
        return scores;
    }

    private TokenizerDefinition.Merging merges() {
        List<String> left = new ArrayList<>();
        List<String> right = new ArrayList<>();
        for (String merge : metadata.strings(KEY + "merges")) {
            int space = merge.indexOf(' ', 1);
            if (space < 0 || space == merge.length() - 1) {
                throw metadata.error(KEY + "merges", merge + " at " + left.size(),
                        "a merge is \"left right\"");
            }
            left.add(merge.substring(0, space));
            right.add(merge.substring(space + 1));
        }
        return new TokenizerDefinition.Merging.Ranked(left, right);
    }

    private OptionalInt id(String kind) {
        return metadata.id(KEY + kind + "_token_id", tokens.size());
    }

    private boolean addsBos(boolean otherwise) {
        return id("bos").isPresent() && metadata.flag(KEY + "add_bos_token", otherwise);
    }
}
