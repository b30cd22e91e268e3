package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.Metadata;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every text. */
class TokenizerPropertyTest {

    private static final long SEED = 20260101;
    private static final String[] SPICE = {" ", "  ", "\n", "\r\n", "\t", "'s", "'LL", "<|im_end|>",
        "</s>", "<0x41>", "\u2581", "\u00a0", "\u3000", "e\u0301", "\uD83E\uDD99", "1234", "½"};

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) (32 + random.nextInt(95)));
                case 1 -> text.append(SPICE[random.nextInt(SPICE.length)]);
                case 2 -> text.appendCodePoint(0xA0 + random.nextInt(0x3000));
                default -> {
                    int code = random.nextInt(0x110000);
                    text.appendCodePoint(code >= 0xD800 && code < 0xE000 ? 'x' : code);
                }
            }
        }
        return text.toString();
    }

    private static void roundTrips(BpeTokenizer tokenizer, boolean nfc) {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            String text = text(random);
            String expected = nfc ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
            int[] ids = tokenizer.encode(text);
            String where = "seed " + SEED + " text " + i;
            assertEquals(expected, tokenizer.decode(ids), where);
            Tokenizer.Decoder decoder = tokenizer.streaming();
            StringBuilder streamed = new StringBuilder();
            for (int id : ids) {
                String part = decoder.next(id);
                assertTrue(part.isEmpty() || !Character.isHighSurrogate(
                        part.charAt(part.length() - 1)), where);
                streamed.append(part);
            }
            assertEquals(expected, streamed + decoder.finish(), where);
        }
    }

    @Test
    void byteLevelRoundTrips() throws IOException {
        roundTrips(TokenizerVectorsTest.gpt2(), false);
        roundTrips(TokenizerVectorsTest.qwen3(), true);
    }

    @Test
    void sentencePieceRoundTrips() {
        BpeTokenizer tokenizer = GgufTokenizer.parse(sentencePiece(List.of(
                "▁", "a", "▁a", "aa", "▁aa", "ab", "éb", "z\uD83E\uDD99", "-")));
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            String text = text(random).replace('\u2581', ' ');
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)),
                    "seed " + SEED + " text " + i);
        }
    }

    @Test
    void sentencePieceMergesThroughCharactersWithoutToken() {
        BpeTokenizer tokenizer = GgufTokenizer.parse(sentencePiece(List.of("▁", "éb", "éba")));
        // neither é nor b nor a is a token; é alone falls back to bytes C3 A9
        assertArrayEquals(new int[] {259, 261}, tokenizer.encode("éba"));
        assertArrayEquals(new int[] {259, 3 + 0xC3, 3 + 0xA9, 3 + 'c'}, tokenizer.encode("éc"));
        assertArrayEquals(new int[] {}, tokenizer.encode(""));
        assertArrayEquals(new int[] {1, 259, 259}, tokenizer.encodeWithBos(" "));
    }

    @Test
    void equalScoresMergeFromTheLeft() {
        BpeTokenizer tokenizer = GgufTokenizer.parse(sentencePiece(
                List.of("▁", "a", "b", "aa", "aaa"), 0f));
        assertArrayEquals(new int[] {259, 263, 262, 261}, tokenizer.encode("aaaaab"));
    }

    @Test
    void streamingHoldsBackHalfCharacters() {
        BpeTokenizer tokenizer = GgufTokenizer.parse(sentencePiece(List.of("▁", "a")));
        Tokenizer.Decoder decoder = tokenizer.streaming();
        assertEquals("", decoder.next(1));
        assertEquals("", decoder.next(259));
        assertEquals("a", decoder.next(260));
        assertEquals(" ", decoder.next(259));
        assertEquals("", decoder.next(3 + 0xF0));
        assertEquals("", decoder.next(3 + 0x9F));
        assertEquals("", decoder.next(3 + 0xA6));
        assertEquals("\uD83E\uDD99", decoder.next(3 + 0x99));
        assertEquals("", decoder.next(3 + 0xC3));
        assertEquals("\uFFFDa", decoder.next(260));
        assertEquals("", decoder.next(3 + 0xC3));
        assertEquals("\uFFFD", decoder.finish());
        assertEquals("", decoder.next(259));
        assertArrayEquals(new byte[] {(byte) 0xC3}, tokenizer.tokenBytes(3 + 0xC3));
        assertArrayEquals(new byte[] {' '}, tokenizer.tokenBytes(259));
        assertTrue(tokenizer.isControl(1));
    }

    @Test
    void controlTokensAreParsedOnRequest() {
        BpeTokenizer tokenizer = GgufTokenizer.parse(sentencePiece(List.of("▁", "a")));
        assertArrayEquals(new int[] {259, 260, 2, 259, 260}, tokenizer.encode("a</s>a", true));
        int[] literal = tokenizer.encode("a</s>a");
        assertEquals(7, literal.length);
        assertEquals("a</s>a", tokenizer.decode(literal));
    }

    /** Scores fall with the id, as in trained vocabularies. */
    private static Metadata sentencePiece(List<String> words) {
        return sentencePiece(words, 1f);
    }

    /** A vocabulary of unknown, beginning, end, 256 bytes and these words from id 259 on. */
    private static Metadata sentencePiece(List<String> words, float step) {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
        }
        tokens.addAll(words);
        int[] types = new int[tokens.size()];
        float[] scores = new float[tokens.size()];
        for (int id = 0; id < types.length; id++) {
            types[id] = id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1;
            scores[id] = -step * id;
        }
        return new Metadata("model.gguf", Map.of("tokenizer.ggml.model", "llama",
                "tokenizer.ggml.tokens", tokens, "tokenizer.ggml.token_type", types,
                "tokenizer.ggml.scores", scores, "tokenizer.ggml.bos_token_id", 1L,
                "tokenizer.ggml.eos_token_id", 2L));
    }
}
