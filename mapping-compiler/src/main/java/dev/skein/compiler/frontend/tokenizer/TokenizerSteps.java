package dev.skein.compiler.frontend.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.JsonFields;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps around the merges in {@code tokenizer.json}: normalizer, pre-tokenizer and decoder.
 *
 * @param alphabet bytes if a {@code ByteLevel} step is among them
 * @param dropsLeadingSpace whether the decoder strips a leading space
 */
record TokenizerSteps(TokenizerDefinition.Alphabet alphabet, List<Normalization> normalizations,
                      List<WordSplit> splits, boolean dropsLeadingSpace) {

    private static final String OTHER =
            "use a model of the LLaMA, Mistral, Qwen, OPT or GPT-2 kind";

    static TokenizerSteps read(JsonFields json) {
        List<Normalization> normalizations = new ArrayList<>();
        for (JsonFields step : flat(json, "normalizer", "normalizers")) {
            normalizations.add(normalization(step));
        }
        List<WordSplit> splits = new ArrayList<>();
        boolean bytes = false;
        boolean spaced = false;
        for (JsonFields step : flat(json, "pre_tokenizer", "pretokenizers")) {
            bytes |= step.string("type").equals("ByteLevel");
            spaced |= step.string("type").equals("Metaspace")
                    && prepend(step) != WordSplit.Marks.Prepend.NEVER;
            splits.addAll(split(step));
        }
        boolean strips = spaced;
        for (JsonFields step : flat(json, "decoder", "decoders")) {
            bytes |= step.string("type").equals("ByteLevel");
            strips |= step.string("type").equals("Strip") && step.string("content").equals(" ")
                    && step.integer("start", 0, 16) > 0;
        }
        return new TokenizerSteps(bytes ? TokenizerDefinition.Alphabet.BYTES
                : TokenizerDefinition.Alphabet.CHARACTERS, normalizations, splits, strips);
    }

    /** A step, or the steps of a {@code Sequence}; published sequences do not nest. */
    private static List<JsonFields> flat(JsonFields json, String field, String list) {
        if (!json.has(field)) {
            return List.of();
        }
        JsonFields step = json.object(field);
        List<JsonFields> steps = step.string("type").equals("Sequence") ? step.objects(list)
                : List.of(step);
        if (steps.size() > TokenizerDefinition.MAX_STEPS) {
            throw json.error(field, steps.size() + " steps", "there are at most "
                    + TokenizerDefinition.MAX_STEPS);
        }
        return steps;
    }

    private static Normalization normalization(JsonFields step) {
        return switch (step.string("type")) {
            case "NFC" -> new Normalization.Unicode(Normalizer.Form.NFC);
            case "NFD" -> new Normalization.Unicode(Normalizer.Form.NFD);
            case "NFKC" -> new Normalization.Unicode(Normalizer.Form.NFKC);
            case "NFKD" -> new Normalization.Unicode(Normalizer.Form.NFKD);
            case "Prepend" -> new Normalization.Prepend(step.string("prepend"));
            case "Replace" -> new Normalization.Replace(
                    step.object("pattern").string("String"), step.string("content"));
            default -> throw step.error("type", step.string("type"),
                    "it is NFC, NFD, NFKC, NFKD, Prepend, Replace or a Sequence of them", OTHER);
        };
    }

    private static List<WordSplit> split(JsonFields step) {
        return switch (step.string("type")) {
            case "Split" -> List.of(new WordSplit.ByPattern(pattern(step), behavior(step),
                    step.flag("invert", false)));
            case "Digits" -> List.of(new WordSplit.Digits(step.flag("individual_digits", false)));
            case "Metaspace" -> List.of(new WordSplit.Marks(step.string("replacement"),
                    prepend(step), step.flag("split", true)));
            case "ByteLevel" -> {
                List<WordSplit> rules = new ArrayList<>();
                if (step.flag("add_prefix_space", true)) {
                    rules.add(new WordSplit.PrefixSpace());
                }
                if (step.flag("use_regex", true)) {
                    rules.add(new WordSplit.ByPattern(SplitPattern.GPT2,
                            WordSplit.Behavior.ISOLATED, false));
                }
                yield rules;
            }
            default -> throw step.error("type", step.string("type"),
                    "it is Split, Digits, Metaspace, ByteLevel or a Sequence of them", OTHER);
        };
    }

    private static SplitPattern pattern(JsonFields step) {
        JsonFields pattern = step.object("pattern");
        JsonNode regex = pattern.node().get("Regex");
        if (regex == null) {
            String literal = pattern.string("String");
            if (literal.isEmpty()) {
                throw pattern.error("String", "\"\"", "it is not empty");
            }
            return SplitPattern.literal(literal);
        }
        try {
            return new SplitPattern(pattern.string("Regex"));
        } catch (IllegalArgumentException e) {
            throw pattern.error("Regex", e.getMessage(), "it is made of characters, classes and "
                    + "plain groups, as in the tokenizers of LLaMA, Qwen and GPT-2", OTHER);
        }
    }

    private static WordSplit.Behavior behavior(JsonFields step) {
        return switch (step.string("behavior")) {
            case "Isolated" -> WordSplit.Behavior.ISOLATED;
            case "Removed" -> WordSplit.Behavior.REMOVED;
            case "MergedWithPrevious" -> WordSplit.Behavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> WordSplit.Behavior.MERGED_WITH_NEXT;
            default -> throw step.error("behavior", step.string("behavior"),
                    "it is Isolated, Removed, MergedWithPrevious or MergedWithNext", OTHER);
        };
    }

    private static WordSplit.Marks.Prepend prepend(JsonFields step) {
        String scheme = step.has("prepend_scheme") ? step.string("prepend_scheme")
                : step.flag("add_prefix_space", true) ? "always" : "never";
        return switch (scheme) {
            case "always" -> WordSplit.Marks.Prepend.ALWAYS;
            case "first" -> WordSplit.Marks.Prepend.FIRST;
            case "never" -> WordSplit.Marks.Prepend.NEVER;
            default -> throw step.error("prepend_scheme", scheme,
                    "it is always, first or never", OTHER);
        };
    }
}
