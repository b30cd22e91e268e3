package dev.skein.compiler.frontend.tokenizer;

import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code tokenizer_config.json}, which says what begins and ends a text; with the model's own ids
 * for what it leaves open.
 *
 * @param fields the file, if there is one
 * @param special the ids of the model's configuration
 */
record TokenizerSettings(Optional<JsonFields> fields, ModelConfig.SpecialTokens special) {

    private static final List<String> CONTROL =
            List.of("bos_token", "eos_token", "unk_token", "pad_token");

    /** The id of a token that a field names, as a string or as an object with its content. */
    static OptionalInt idOf(JsonFields where, String field, Map<String, Integer> vocabulary) {
        if (!where.has(field)) {
            return OptionalInt.empty();
        }
        String token = where.node().get(field).isObject()
                ? where.object(field).string("content") : where.string(field);
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw where.error(field, token, "it is a token of the vocabulary");
        }
        return OptionalInt.of(id);
    }

    /**
     * The beginning-of-text id: as named here, else as the post-processor has it, else the
     * model's.
     */
    OptionalInt bos(Map<String, Integer> vocabulary, OptionalInt leading, int vocabSize) {
        OptionalInt named = fields.isPresent() ? idOf(fields.get(), "bos_token", vocabulary)
                : OptionalInt.empty();
        if (named.isPresent() || leading.isPresent()) {
            return named.isPresent() ? named : leading;
        }
        return special.bos().isPresent() && special.bos().getAsInt() < vocabSize
                ? special.bos() : OptionalInt.empty();
    }

    /** Whether every text begins with that id, if this says so. */
    boolean addsBos(boolean otherwise) {
        return fields.map(f -> f.flag("add_bos_token", otherwise)).orElse(otherwise);
    }

    /** Tokens named here that steer the model. */
    Set<Integer> control(Map<String, Integer> vocabulary) {
        Set<Integer> ids = new LinkedHashSet<>();
        fields.ifPresent(f -> CONTROL.forEach(
                name -> idOf(f, name, vocabulary).ifPresent(ids::add)));
        return ids;
    }

    /** Ids that end a text, by this file, the model and their names. */
    Set<Integer> endOfText(Map<String, Integer> vocabulary, List<String> tokens,
                           List<TokenKind> kinds) {
        Set<Integer> ends = new LinkedHashSet<>();
        fields.ifPresent(f -> idOf(f, "eos_token", vocabulary).ifPresent(ends::add));
        special.eos().stream().filter(id -> id < tokens.size()).forEach(ends::add);
        ends.addAll(EndOfText.known(tokens, kinds));
        return ends;
    }
}
