package dev.skein.compiler.frontend.tokenizer;

import dev.skein.compiler.frontend.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens of a {@link TokenizerDefinition} made ready: the bytes of each id, the symbols that
 * merging starts from, and the table of merges. Symbols are ids; characters that only occur
 * inside longer tokens have symbols from the vocabulary's size on.
 */
final class Vocabulary {

    /** SentencePiece's mark for a space. */
    static final String SPACE_MARK = "\u2581";

    /** Longest token of a scored vocabulary; SentencePiece's own default is 16 characters. */
    private static final int MAX_SCORED_CHARACTERS = 256;

    private final TokenizerDefinition definition;
    private final byte[][] bytes;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, Integer> characters = new HashMap<>();
    private final int[] byteSymbols = new int[256];
    private final PairTable merges;

    Vocabulary(TokenizerDefinition definition) {
        this.definition = definition;
        List<String> tokens = definition.tokens();
        bytes = new byte[tokens.size()][];
        Arrays.fill(byteSymbols, -1);
        Set<String> names = new HashSet<>();
        for (int id = 0; id < bytes.length; id++) {
            String token = tokens.get(id);
            TokenKind kind = definition.kinds().get(id);
            if (kind != TokenKind.UNUSED && !names.add(token)) {
                throw error("token " + id, token, "no two tokens are equal");
            }
            bytes[id] = bytesOf(id, token, kind);
            if (kind == TokenKind.NORMAL || kind == TokenKind.ADDED) {
                ids.put(token, id);
            }
        }
        switch (definition.alphabet()) {
            case BYTES -> findByteSymbols();
            case CHARACTERS -> findCharacters();
        }
        merges = switch (definition.merging()) {
            case TokenizerDefinition.Merging.Ranked ranked -> ranked(ranked);
            case TokenizerDefinition.Merging.Scored scored -> scored(scored);
        };
    }

    /** The bytes of an id: text, or the name of a control token. */
    byte[] bytes(int id) {
        return bytes[id];
    }

    /** The id of a whole word in its written form, or -1. */
    int whole(String written) {
        return ids.getOrDefault(written, -1);
    }

    /** The symbol of a code point, or -1. */
    int character(int code) {
        return characters.getOrDefault(code, -1);
    }

    /** The id of a single byte, 0 to 255, or -1. */
    int byteSymbol(int value) {
        return byteSymbols[value];
    }

    PairTable merges() {
        return merges;
    }

    private byte[] bytesOf(int id, String token, TokenKind kind) {
        return switch (kind) {
            case BYTE -> {
                int value = byteValue(token);
                if (value < 0) {
                    throw error("token " + id, token, "a byte token is written <0x00> to <0xFF>");
                }
                byteSymbols[value] = id;
                yield new byte[] {(byte) value};
            }
            case NORMAL -> switch (definition.alphabet()) {
                // published files also list added tokens as normal ones, in plain text
                case BYTES -> ByteAlphabet.bytes(token)
                        .orElseGet(() -> token.getBytes(StandardCharsets.UTF_8));
                case CHARACTERS -> token.replace(SPACE_MARK, " ")
                        .getBytes(StandardCharsets.UTF_8);
            };
            case ADDED -> (definition.alphabet() == TokenizerDefinition.Alphabet.CHARACTERS
                    ? token.replace(SPACE_MARK, " ") : token).getBytes(StandardCharsets.UTF_8);
            case UNKNOWN, CONTROL, UNUSED -> token.getBytes(StandardCharsets.UTF_8);
        };
    }

    private static int byteValue(String token) {
        return token.matches("<0x[0-9A-Fa-f]{2}>")
                ? Integer.parseInt(token.substring(3, 5), 16) : -1;
    }

    private void findByteSymbols() {
        for (int value = 0; value < 256; value++) {
            int id = whole(String.valueOf(ByteAlphabet.character(value)));
            byteSymbols[value] = id;
            boolean inUtf8 = value < 0xF5 && value != 0xC0 && value != 0xC1;
            if (id < 0 && inUtf8 && definition.unknown().isEmpty()) {
                throw error("vocabulary", String.format("no token for byte 0x%02X", value),
                        "a byte-level vocabulary has every byte of UTF-8, or an unknown token");
            }
        }
    }

    private void findCharacters() {
        ids.forEach((token, id) -> {
            if (token.codePointCount(0, token.length()) == 1) {
                characters.put(token.codePointAt(0), id);
            }
        });
        boolean allBytes = definition.options().byteFallback();
        for (int value = 0; value < 0xF5 && allBytes; value++) {
            allBytes = byteSymbols[value] >= 0 || value == 0xC0 || value == 0xC1;
        }
        if (!allBytes && definition.unknown().isEmpty()) {
            throw error("vocabulary", "neither all byte tokens nor an unknown token",
                    "it can encode every character");
        }
    }

    private PairTable ranked(TokenizerDefinition.Merging.Ranked merging) {
        int count = merging.left().size();
        PairTable table = new PairTable(count);
        for (int rank = 0; rank < count; rank++) {
            String left = merging.left().get(rank);
            String right = merging.right().get(rank);
            table.put(required(left, rank), required(right, rank), rank,
                    required(left + right, rank));
        }
        return table;
    }

    private int required(String token, int rank) {
        Integer id = ids.get(token);
        if (id == null) {
            throw error("merge " + rank, token, "a merge joins tokens into a token");
        }
        return id;
    }

    private PairTable scored(TokenizerDefinition.Merging.Scored merging) {
        List<Float> scores = merging.scores();
        if (scores.size() != definition.tokens().size()) {
            throw error("scores", scores.size() + " scores",
                    "there is one for each of " + definition.tokens().size() + " tokens");
        }
        Map<Float, Integer> ranks = new HashMap<>();
        scores.stream().distinct().sorted(Comparator.reverseOrder())
                .forEach(score -> ranks.put(score, ranks.size()));
        PairTable table = new PairTable(scores.size());
        ids.forEach((token, id) -> {
            if (definition.kinds().get(id) == TokenKind.NORMAL) {
                addSplits(table, token, id, ranks.get(scores.get(id)));
            }
        });
        return table;
    }

    /** Every way to cut a token into two symbols is a pair that merges into it. */
    private void addSplits(PairTable table, String token, int id, int rank) {
        if (token.length() > MAX_SCORED_CHARACTERS) {
            throw error("token " + id, token.length() + " characters",
                    "a token has at most " + MAX_SCORED_CHARACTERS);
        }
        for (int cut = 1; cut < token.length(); cut++) {
            if (!Character.isLowSurrogate(token.charAt(cut))) {
                int left = symbol(token.substring(0, cut));
                int right = symbol(token.substring(cut));
                if (left >= 0 && right >= 0) {
                    table.put(left, right, rank, id);
                }
            }
        }
    }

    private int symbol(String part) {
        Integer id = ids.get(part);
        if (id != null) {
            return id;
        }
        return part.codePointCount(0, part.length()) > 1 ? -1 : characters.computeIfAbsent(
                part.codePointAt(0), _ -> Math.addExact(bytes.length, characters.size()));
    }

    private FormatException error(String field, Object found, String rule) {
        return new FormatException(definition.source(), FormatException.NO_OFFSET, field, found,
                rule, "use the tokenizer as it was published");
    }
}
