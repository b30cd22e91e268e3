package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.HfConfig;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Damaged JSON files give a tokenizer, a configuration or a {@link FormatException}. */
class TokenizerFuzzTest {

    private static final long SEED = 20260102;
    private static final int ROUNDS = 10_000;

    /** Pieces that are likely to be valid somewhere else. */
    private static final String[] PIECES = {"\"", "{", "}", "[", "]", ",", ":", "null", "true",
        "0", "-1", "1e99", "4294967296", "\"a\"", "\"<0x41>\"", "\"Split\"", "\"ByteLevel\"",
        "\"Metaspace\"", "\\u0000", "\uFFFF", "(a+)+", "a*a*a*", "\\\\p{L}",
        "\"llama3\"", "\"opt\""};

    private static void fuzz(String valid, Consumer<JsonFields> reader) {
        Random random = new Random(SEED);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(valid, random);
            try {
                reader.accept(JsonFields.parse("f.json", text.getBytes(StandardCharsets.UTF_8),
                        ReaderLimits.DEFAULT));
                read++;
            } catch (FormatException e) {
                assertEquals(1, e.getMessage().lines().count());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + " round " + round + ": " + text, e);
            }
        }
        assertTrue(read > ROUNDS / 100, "most damage is found by the JSON parser: " + read);
    }

    private static String mutate(String valid, Random random) {
        StringBuilder text = new StringBuilder(valid);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                default -> {
                    int end = Math.min(text.length(), at + random.nextInt(12));
                    text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
                }
            }
        }
        return text.toString();
    }

    @Test
    void tokenizerFiles() {
        fuzz(MalformedTokenizerTest.VALID.replace('\'', '"'), json -> {
            BpeTokenizer tokenizer = TokenizerJson.parse(json, Optional.empty(),
                    ModelConfig.SpecialTokens.NONE);
            for (String text : List.of("", "ab a", "<s>ü\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaab")) {
                tokenizer.decode(tokenizer.encode(text, true));
            }
        });
    }

    @Test
    void configurations() {
        fuzz("""
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
                "num_hidden_layers": 5, "num_attention_heads": 8, "num_key_value_heads": 4,
                "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "vocab_size": 512,
                "bos_token_id": 1, "eos_token_id": [2, 3], "tie_word_embeddings": true,
                "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1,
                "high_freq_factor": 4, "original_max_position_embeddings": 64}}""",
                json -> HfConfig.parse(json, "m").parameterCount());
    }
}
