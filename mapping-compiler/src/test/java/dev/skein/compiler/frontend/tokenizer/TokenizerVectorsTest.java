package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.frontend.GgufFile;
import dev.skein.compiler.frontend.Metadata;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import dev.skein.compiler.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Published texts and their token ids. */
class TokenizerVectorsTest {

    private static final ModelConfig.SpecialTokens NONE = ModelConfig.SpecialTokens.NONE;

    private static BpeTokenizer gpt2;
    private static BpeTokenizer qwen3;

    static synchronized BpeTokenizer gpt2() throws IOException {
        Path encoder = SharedData.file("tokenizers/gpt2/encoder.json");
        if (gpt2 == null) {
            gpt2 = Gpt2Files.read(encoder, SharedData.file("tokenizers/gpt2/vocab.bpe"),
                    ReaderLimits.DEFAULT);
        }
        return gpt2;
    }

    /** Read once, because its file has 11 MB. */
    static synchronized BpeTokenizer qwen3() throws IOException {
        Path folder = SharedData.file("tokenizers/qwen3");
        if (qwen3 == null) {
            qwen3 = TokenizerJson.read(folder, new ModelConfig.SpecialTokens(
                    OptionalInt.of(151643), List.of(151645)), ReaderLimits.DEFAULT);
        }
        return qwen3;
    }

    private static BpeTokenizer stories(String gguf) throws IOException {
        try (GgufFile file = GgufFile.open(SharedData.file(gguf))) {
            return GgufTokenizer.parse(file.metadata());
        }
    }

    @Test
    void gpt2Vectors() throws IOException {
        checkVectors(gpt2(), "vectors/gpt-2");
    }

    @Test
    void qwen2VectorsWithQwen3sTokenizer() throws IOException {
        checkVectors(qwen3(), "vectors/qwen2");
    }

    private static void checkVectors(Tokenizer tokenizer, String name) throws IOException {
        String input = Files.readString(SharedData.file(name + ".inp"));
        List<String> texts = new ArrayList<>(
                Arrays.asList(input.split("\n__ggml_vocab_test__\n", -1)));
        List<String> expected = Files.readString(SharedData.file(name + ".out")).lines().toList();
        texts.removeLast();
        assertEquals(46, expected.size());
        assertEquals(expected.size(), texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            int[] ids = Arrays.stream(expected.get(i).trim().split(" +"))
                    .filter(id -> !id.isEmpty()).mapToInt(Integer::parseInt).toArray();
            assertArrayEquals(ids, tokenizer.encode(text), "text " + i + ": " + text);
            assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), tokenizer.decode(ids));
        }
    }

    @Test
    void theSameVocabulariesInGgufKeys() throws IOException {
        checkVectors(GgufTokenizer.parse(metadata(gpt2(), "gpt-2")), "vectors/gpt-2");
        BpeTokenizer qwen = GgufTokenizer.parse(metadata(qwen3(), "qwen2"));
        checkVectors(qwen, "vectors/qwen2");
        assertEquals(qwen3().endOfText(), qwen.endOfText());
        assertArrayEquals(new int[] {151644}, qwen.encode("<|im_start|>", true));
    }

    /** What a converter would write for a byte-level tokenizer. */
    private static Metadata metadata(BpeTokenizer tokenizer, String pre) {
        TokenizerDefinition definition = tokenizer.definition();
        var ranked = (TokenizerDefinition.Merging.Ranked) definition.merging();
        List<String> merges = new ArrayList<>();
        for (int i = 0; i < ranked.left().size(); i++) {
            merges.add(ranked.left().get(i) + " " + ranked.right().get(i));
        }
        int[] types = definition.kinds().stream().mapToInt(kind -> switch (kind) {
            case NORMAL -> 1;
            case UNKNOWN -> 2;
            case CONTROL -> 3;
            case ADDED -> 4;
            case UNUSED -> 5;
            case BYTE -> 6;
        }).toArray();
        return new Metadata("model.gguf", Map.of("tokenizer.ggml.model", "gpt2",
                "tokenizer.ggml.pre", pre, "tokenizer.ggml.tokens", definition.tokens(),
                "tokenizer.ggml.merges", merges, "tokenizer.ggml.token_type", types,
                "tokenizer.ggml.eos_token_id", definition.endOfText().iterator().next()));
    }

    @Test
    void r50kVectors() throws IOException {
        BpeTokenizer tokenizer = gpt2();
        ObjectMapper mapper = new ObjectMapper();
        List<List<String>> rows = csv(Files.readString(
                SharedData.file("vectors/r50k_base_encodings.csv")));
        int checked = 0;
        for (List<String> row : rows.subList(1, rows.size())) {
            JsonNode ids = mapper.readTree(row.get(1));
            int[] expected = new int[ids.size()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = ids.get(i).intValue();
            }
            assertArrayEquals(expected, tokenizer.encode(row.get(0)), row.get(0));
            assertEquals(row.get(0), tokenizer.decode(expected));
            checked++;
        }
        assertEquals(423, checked);
    }

    /** Rows of quoted CSV. */
    private static List<List<String>> csv(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                boolean escaped = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
                cell.append(escaped ? "\"" : "");
                i += escaped ? 1 : 0;
                quoted = escaped == quoted;
            } else if (quoted || c != ',' && c != '\n') {
                cell.append(c);
            } else {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            }
        }
        return rows;
    }

    @Test
    void storiesTokenizerIsTheSameFromBothFiles() throws IOException {
        BpeTokenizer gguf = stories("models/stories260K-f32.gguf");
        BpeTokenizer json = TokenizerJson.read(SharedData.file("models/hf-stories260K"), NONE,
                ReaderLimits.DEFAULT);
        String file = Files.readString(SharedData.file("text/tinystories_5.txt"));
        int scored = 0;
        for (String part : file.split("<\\|endoftext\\|>")) {
            String text = part.strip();
            if (text.isEmpty()) {
                continue;
            }
            int[] ids = gguf.encodeWithBos(text);
            assertArrayEquals(ids, json.encodeWithBos(text));
            assertEquals(1, ids[0]);
            assertEquals(text, gguf.decode(ids));
            assertEquals(text, json.decode(ids));
            scored += ids.length - 1;
        }
        assertEquals(1802, scored);
        for (String text : List.of("", " ", "a", " a", "  a b", "ü\n\uD83E\uDD99x", "<s>",
                "\u2581")) {
            assertArrayEquals(gguf.encode(text), json.encode(text), text);
        }
    }

    @Test
    void storiesGreedyTextDecodes() throws IOException {
        JsonNode golden = new ObjectMapper().readTree(
                SharedData.file("golden/stories260K.greedy.json").toFile());
        BpeTokenizer tokenizer = stories("models/stories260K-f16.gguf");
        List<Integer> ids = new ArrayList<>();
        golden.findValue("tokens").forEach(id -> ids.add(id.intValue()));
        assertEquals(golden.findValue("text").textValue(),
                tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Test
    void beginningAndEndOfText() throws IOException {
        BpeTokenizer stories = stories("models/stories260K-f32.gguf");
        assertEquals(OptionalInt.of(1), stories.bos());
        assertEquals(Set.of(2), stories.endOfText());
        assertArrayEquals(new int[] {1}, stories.encodeWithBos(""));
        BpeTokenizer gpt2 = gpt2();
        assertArrayEquals(new int[] {50256}, gpt2.encodeWithBos(""));
        assertArrayEquals(new int[] {15496}, gpt2.encodeWithBos("Hello"));
        assertArrayEquals(new int[] {50256}, gpt2.encode("<|endoftext|>", true));
        assertArrayEquals(new int[] {27, 91, 437, 1659, 5239, 91, 29},
                gpt2.encode("<|endoftext|>"));
        assertEquals("", gpt2.decode(new int[] {50256}));
        BpeTokenizer qwen = qwen3();
        assertEquals(151669, qwen.vocabSize());
        assertEquals(OptionalInt.of(151643), qwen.bos());
        assertEquals(Set.of(151643, 151645), qwen.endOfText());
        assertArrayEquals(new int[] {151643}, qwen.encodeWithBos(""));
        assertArrayEquals(new int[] {151644, 872, 198, 13048, 151645},
                qwen.encode("<|im_start|>user\nHi<|im_end|>", true));
        assertArrayEquals(new int[] {151667, 198}, qwen.encode("<think>\n"));
        assertEquals("<think>\n", qwen.decode(new int[] {151667, 198}));
    }

    @Test
    void aMillionOfOneLetterTakesNoTime() throws IOException {
        BpeTokenizer qwen = qwen3();
        assertEquals(125_000, qwen.encode("a".repeat(1_000_000)).length);
        for (String unit : List.of(" ", "\n", "9", "!", "é", "ab")) {
            String text = unit.repeat(200_000);
            assertEquals(text, qwen.decode(qwen.encode(text)), unit);
        }
        BpeTokenizer stories = stories("models/stories260K-f32.gguf");
        String text = "a".repeat(1_000_000);
        assertEquals(text, stories.decode(stories.encode(text)));
    }
}
