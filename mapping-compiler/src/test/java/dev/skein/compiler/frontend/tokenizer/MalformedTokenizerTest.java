package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.Metadata;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule of the tokenizer readers, broken once. */
class MalformedTokenizerTest {

    /** Single quotes stand for double ones. */
    static final String VALID = """
            {'added_tokens': [{'id': 4, 'content': '<s>', 'special': true}],
             'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'NFC'},
                {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '_'}]},
             'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': ' ?[a-z]+'},
                'behavior': 'Isolated', 'invert': false},
             'post_processor': {'type': 'Sequence', 'processors': [{'type': 'TemplateProcessing',
                'single': [{'SpecialToken': {'id': '<s>'}}, {'Sequence': {'id': 'A'}}]}]},
             'decoder': {'type': 'Fuse'},
             'model': {'type': 'BPE', 'unk_token': '<unk>', 'dropout': null, 'fuse_unk': true,
                'vocab': {'<unk>': 0, 'a': 1, 'b': 2, 'ab': 3}, 'merges': ['a b']}}""";

    private static BpeTokenizer json(String text) {
        return TokenizerJson.parse(JsonFields.parse("tokenizer.json", text.replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8), ReaderLimits.DEFAULT), Optional.empty(),
                ModelConfig.SpecialTokens.NONE);
    }

    @Test
    void theValidOneIsRead() {
        BpeTokenizer tokenizer = json(VALID);
        // fused unknown characters; the space became one too
        assertEquals(List.of(4, 3, 0, 3, 0, 1), list(tokenizer.encodeWithBos("ab??ab a")));
        assertEquals(5, tokenizer.vocabSize());
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static void refused(String file, String field, String rule, FormatException e) {
        String message = e.getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertTrue(e.field().contains(field), message);
        assertTrue(message.contains(rule), message);
        assertEquals(1, message.lines().count(), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'type': 'BPE'|'type': 'Unigram'|model.type|it is BPE
            'type': 'BPE'|'type': 7|model.type|it is a string
            'type': 'BPE'|'end_of_word_suffix': '</w>'|model.end_of_word_suffix|only none
            'dropout': null|'dropout': 0.1|model.dropout|not random
            'model'|'modal'|model|required
            'a': 1|'a': 1.5|model.vocab.a|an id is an integer
            'a': 1|'a': -1|model.vocab.a|an id is an integer
            'a': 1|'a': 1000000000|model.vocab.a|an id is an integer
            'a': 1|'a': 2|model.vocab|the same id
            'a': 1|'b': 1|JSON|valid JSON
            {'<unk>': 0, 'a': 1, 'b': 2, 'ab': 3}|{}|model.vocab|there are 1 to
            {'<unk>': 0, 'a': 1, 'b': 2, 'ab': 3}|[]|model.vocab|it is an object
            'unk_token': '<unk>'|'unk_token': '<u>'|model.unk_token|a token of the vocabulary
            'unk_token': '<unk>',||vocabulary|every character
            ['a b']|['ab']|model.merges[0]|a merge is
            ['a b']|['a  b']|model.merges[0]|a merge is
            ['a b']|[['a','b','a']]|model.merges[0]|a merge is
            ['a b']|['b a']|merge 0|joins tokens into a token
            ['a b']|7|model.merges|it is an array
            'id': 4|'id': 2|added_tokens[0]|the same id
            'id': 4|'id': true|added_tokens[0].id|it is an integer
            'content': '<s>'|'content': ''|added_tokens[0].content|there are 1 to
            'content': '<s>'|'content': 'a'|added_tokens[0].a|a token has one id
            'NFC'|'Lowercase'|normalizer.normalizers[0].type|NFC
            'String': ' '|'String': ''|tokenizer|agree
            'String': ' '|'Regex': ' '|pattern.String|required
            'Split'|'Whitespace'|pre_tokenizer.type|Metaspace
            ' ?[a-z]+'|'(a+)+'|pre_tokenizer.pattern.Regex|plain groups
            'Isolated'|'Contiguous'|pre_tokenizer.behavior|Isolated
            'SpecialToken': {'id': '<s>'}|'SpecialToken': {'id': '<x>'}|SpecialToken.id|vocabulary
            'invert': false|'invert': 0|pre_tokenizer.invert|true or false
            }}|}|JSON|valid JSON
            """)
    void json(String valid, String broken, String field, String rule) {
        assertTrue(VALID.contains(valid), valid);
        String text = VALID.replace(valid, broken == null ? "" : broken);
        refused("tokenizer.json", field, rule,
                assertThrows(FormatException.class, () -> json(text)));
    }

    @Test
    void deepNestingEnds() {
        refused("tokenizer.json", "JSON", "valid JSON", assertThrows(FormatException.class,
                () -> json("{'a':" + "[".repeat(100_000))));
    }

    @Test
    void manyStepsAreRefused() {
        String steps = "{'type': 'NFC'},".repeat(16);
        refused("tokenizer.json", "normalizer", "at most 16", assertThrows(FormatException.class,
                () -> json(VALID.replace("{'type': 'NFC'},", steps))));
    }

    @Test
    void longInsertionsAreRefused() {
        String text = VALID.replace("'content': '_'", "'content': '" + "_".repeat(65) + "'");
        refused("tokenizer.json", "tokenizer", "agree",
                assertThrows(FormatException.class, () -> json(text)));
    }

    @Test
    void growingNormalizersAreRefused() {
        String step = "{'type': 'Replace', 'pattern': {'String': 'x'}, 'content': '"
                + "x".repeat(64) + "'},";
        BpeTokenizer tokenizer = json(VALID.replace("{'type': 'NFC'},", step.repeat(5)));
        refused("tokenizer.json", "normalizer", "at most 64 times",
                assertThrows(FormatException.class, () -> tokenizer.encode("x".repeat(1000))));
    }

    @Test
    void slowPatternsAreRefused() {
        BpeTokenizer tokenizer = json(VALID.replace(" ?[a-z]+", "a*a*a*a*a*c"));
        refused("tokenizer.json", "pre_tokenizer", "few steps",
                assertThrows(FormatException.class, () -> tokenizer.encode("a".repeat(5000))));
    }

    private static Map<String, Object> gguf() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        tokens.addAll(List.of("a", "b", "ab", "<0x41>"));
        Map<String, Object> values = new HashMap<>();
        values.put("tokenizer.ggml.model", "llama");
        values.put("tokenizer.ggml.tokens", tokens);
        values.put("tokenizer.ggml.token_type", new int[] {2, 3, 3, 1, 1, 1, 6});
        values.put("tokenizer.ggml.scores", new float[] {0, 0, 0, -1, -2, -3, 0});
        values.put("tokenizer.ggml.unknown_token_id", 0);
        values.put("tokenizer.ggml.bos_token_id", 1);
        return values;
    }

    private static void refusedGguf(String key, Object value, String field, String rule) {
        Map<String, Object> values = gguf();
        values.put("tokenizer.ggml." + key, value);
        if (value == null) {
            values.remove("tokenizer.ggml." + key);
        }
        refused("m.gguf", field, rule, assertThrows(FormatException.class,
                () -> GgufTokenizer.parse(new Metadata("m.gguf", values))));
    }

    @Test
    void ggufKeys() {
        assertEquals(List.of(1, 0, 5), list(GgufTokenizer.parse(new Metadata("m.gguf", gguf()))
                .encodeWithBos("ab")));
        refusedGguf("model", "bert", "model", "llama or gpt2");
        refusedGguf("model", null, "model", "required");
        refusedGguf("tokens", null, "tokens", "required");
        refusedGguf("tokens", List.of(), "tokens", "there are 1 to");
        refusedGguf("tokens", List.of(1, 2), "tokens", "array of strings");
        refusedGguf("tokens", List.of("a", "b", "c", "d", "e", "f", "x"), "token 6", "written");
        refusedGguf("tokens", List.of("a", "b", "c", "d", "d", "f", "<0x41>"), "token 4",
                "no two tokens");
        refusedGguf("token_type", null, "token_type", "required");
        refusedGguf("token_type", new int[] {1}, "token_type", "one for each of 7");
        refusedGguf("token_type", new int[] {2, 3, 3, 1, 1, 1, 9}, "token_type", "1 to 6");
        refusedGguf("scores", new float[] {1}, "scores", "one for each of 7");
        refusedGguf("scores", new float[] {0, 0, 0, Float.NaN, 0, 0, 0}, "scores", "ordered");
        refusedGguf("unknown_token_id", null, "vocabulary", "every character");
        refusedGguf("bos_token_id", 7, "bos_token_id", "0 to 6");
        refusedGguf("eos_token_id", "x", "eos_token_id", "integer");
        refusedGguf("tokens", List.of("<unk>", "<s>", "</s>", "x".repeat(257), "b", "c",
                "<0x41>"), "token 3", "at most 256");
        refusedGguf("add_bos_token", "yes", "add_bos_token", "boolean");
    }

    @Test
    void byteLevelGguf() {
        Map<String, Object> values = gguf();
        values.put("tokenizer.ggml.model", "gpt2");
        values.put("tokenizer.ggml.merges", List.of("ab"));
        refused("m.gguf", "merges", "left right", assertThrows(FormatException.class,
                () -> GgufTokenizer.parse(new Metadata("m.gguf", values))));
        values.put("tokenizer.ggml.merges", List.of("a b"));
        refused("m.gguf", "vocabulary", "every byte of UTF-8", assertThrows(FormatException.class,
                () -> GgufTokenizer.parse(new Metadata("m.gguf", values))));
        values.put("tokenizer.ggml.pre", "chameleon");
        refused("m.gguf", "tokenizer.ggml.pre", "gpt-2", assertThrows(FormatException.class,
                () -> GgufTokenizer.parse(new Metadata("m.gguf", values))));
    }

    @Test
    void gpt2Files(@TempDir Path folder) throws IOException {
        Path encoder = folder.resolve("encoder.json");
        Path merges = folder.resolve("vocab.bpe");
        Files.writeString(encoder, "{\"a\": 0, \"b\": 5}");
        Files.writeString(merges, "#version: 0.2\n");
        refused(encoder.toString(), "b", "each used once", gpt2(encoder, merges));
        Files.writeString(encoder, "{}");
        refused(encoder.toString(), "vocabulary", "there are 1 to", gpt2(encoder, merges));
        Files.writeString(encoder, "{\"a\": 0, \"b\": 1}");
        refused(encoder.toString(), "vocabulary", "every byte", gpt2(encoder, merges));
        Files.writeString(merges, "#version: 0.2\na b\na b c\n");
        refused(merges.toString(), "line 3", "left right", gpt2(encoder, merges));
        Files.write(merges, new byte[] {(byte) 0xFF});
        refused(merges.toString(), "text", "UTF-8", gpt2(encoder, merges));
    }

    /** OPT is published with these two files; it puts its end of text before every text. */
    @Test
    void optsFiles() throws IOException {
        StringBuilder encoder = new StringBuilder("{\"<s>\": 0, \"<pad>\": 1, \"</s>\": 2");
        for (int b = 0; b < 256; b++) {
            String written = String.valueOf(ByteAlphabet.character(b));
            encoder.append(", \"").append(written.replaceAll("[\\\\\"]", "\\\\$0"))
                    .append("\": ").append(b + 3);
        }
        encoder.append(", \"hi\": 259}");
        JsonFields json = JsonFields.parse("vocab.json", encoder.toString()
                .getBytes(StandardCharsets.UTF_8), ReaderLimits.DEFAULT);
        JsonFields settings = JsonFields.parse("tokenizer_config.json", """
                {"add_bos_token": true, "bos_token": {"content": "</s>"}, "eos_token": "</s>",
                "pad_token": "<pad>"}""".getBytes(StandardCharsets.UTF_8), ReaderLimits.DEFAULT);
        BpeTokenizer tokenizer = Gpt2Files.parse(json, "merges.txt", "h i\n".getBytes(
                StandardCharsets.UTF_8), Optional.of(settings), ModelConfig.SpecialTokens.NONE);
        assertEquals(List.of(2, 259), list(tokenizer.encodeWithBos("hi")));
        assertEquals("hi", tokenizer.decode(tokenizer.encodeWithBos("hi")));
        assertEquals(Set.of(2), tokenizer.endOfText());
        assertTrue(tokenizer.isControl(1));
    }

    private static FormatException gpt2(Path encoder, Path merges) {
        return assertThrows(FormatException.class,
                () -> Gpt2Files.read(encoder, merges, ReaderLimits.DEFAULT));
    }
}
