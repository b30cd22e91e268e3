package dev.skein.compiler.frontend.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything that makes a {@link BpeTokenizer}, whichever file it came from.
 *
 * @param source the file, for messages
 * @param alphabet what the merges start from
 * @param tokens the written form of each id: in the alphabet for normal tokens, plain text for
 *     added and control tokens
 * @param kinds the kind of each id
 * @param added tokens found before merging
 * @param merging which symbols merge
 * @param normalizations applied to each stretch of text, in order
 * @param splits rules that cut it into words, in order
 * @param unknown stands for characters that have neither a token nor byte tokens
 * @param options further behaviour
 * @param bos beginning of text
 * @param endOfText ids that end a text
 */
public record TokenizerDefinition(String source, Alphabet alphabet, List<String> tokens,
                                  List<TokenKind> kinds, List<AddedToken> added, Merging merging,
                                  List<Normalization> normalizations, List<WordSplit> splits,
                                  OptionalInt unknown, Options options, OptionalInt bos,
                                  Set<Integer> endOfText) {

    /** Most normalisations and split rules; published tokenizers have up to 6. */
    static final int MAX_STEPS = 16;

    public TokenizerDefinition {
        tokens = List.copyOf(tokens);
        kinds = List.copyOf(kinds);
        added = List.copyOf(added);
        normalizations = List.copyOf(normalizations);
        splits = List.copyOf(splits);
        endOfText = Set.copyOf(endOfText);
        if (tokens.isEmpty() || tokens.size() != kinds.size()) {
            throw new IllegalArgumentException(tokens.size() + " tokens of " + kinds.size()
                    + " kinds, allowed are as many of one as of the other, and at least one");
        }
        if (normalizations.size() > MAX_STEPS || splits.size() > MAX_STEPS) {
            throw new IllegalArgumentException(Math.max(normalizations.size(), splits.size())
                    + " normalisation or split steps, allowed are " + MAX_STEPS);
        }
        int size = tokens.size();
        added.forEach(token -> requireId("added token", token.id(), size));
        unknown.ifPresent(id -> requireId("unknown token", id, size));
        bos.ifPresent(id -> requireId("beginning of text", id, size));
        endOfText.forEach(id -> requireId("end of text", id, size));
    }

    private static void requireId(String what, int id, int size) {
        if (id < 0 || id >= size) {
            throw new IllegalArgumentException("the id of the " + what + " is " + id
                    + ", allowed are 0 to " + (size - 1));
        }
    }

    /** What a word is made of before merging. */
    public enum Alphabet {
        /** Its UTF-8 bytes, written in {@link ByteAlphabet GPT-2's stand-ins}. */
        BYTES,
        /** Its characters; U+2581 is a space. */
        CHARACTERS
    }

    /** Which neighbours merge, and which first. */
    public sealed interface Merging {

        /** An ordered list: the first pair merges first. Written forms, side by side. */
        record Ranked(List<String> left, List<String> right) implements Merging {
            public Ranked {
                left = List.copyOf(left);
                right = List.copyOf(right);
                if (left.size() != right.size()) {
                    throw new IllegalArgumentException("merges with unequal sides");
                }
            }
        }

        /** SentencePiece: neighbours merge if the result is a token, of highest score first. */
        record Scored(List<Float> scores) implements Merging {
            public Scored {
                scores = List.copyOf(scores);
            }
        }
    }

    /**
     * Behaviour of a tokenizer.
     *
     * @param wholeWords whether a word that is a token is taken without merging (LLaMA 3)
     * @param byteFallback whether a character without token becomes its byte tokens
     * @param fuseUnknown whether neighbouring unknown characters become one unknown token
     * @param addsBos whether every text begins with the beginning-of-text id
     * @param dropsLeadingSpace whether decoding drops a space in front of the text
     */
    public record Options(boolean wholeWords, boolean byteFallback, boolean fuseUnknown,
                          boolean addsBos, boolean dropsLeadingSpace) {
    }
}
