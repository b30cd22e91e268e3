package dev.skein.compiler.frontend.tokenizer;

import java.text.Normalizer;

/** A change to a stretch of text before it is split into words. */
public sealed interface Normalization {

    /**
     * The changed text.
     *
     * @param text a stretch between added tokens, not empty
     */
    String apply(String text);

    /** Longest text a step may put in; published tokenizers put in one character. */
    int MAX_INSERTED = 64;

    private static void requireShort(String text) {
        if (text.length() > MAX_INSERTED) {
            throw new IllegalArgumentException("a normalizer that inserts " + text.length()
                    + " characters, allowed are " + MAX_INSERTED);
        }
    }

    /** Puts characters in front, as SentencePiece does with a space. */
    record Prepend(String prefix) implements Normalization {
        public Prepend {
            requireShort(prefix);
        }

        @Override
        public String apply(String text) {
            return prefix + text;
        }
    }

    /** Replaces every occurrence of a string. */
    record Replace(String pattern, String content) implements Normalization {
        public Replace {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("the pattern of a replacement is empty");
            }
            requireShort(content);
        }

        @Override
        public String apply(String text) {
            return text.replace(pattern, content);
        }
    }

    /** A normalisation form of Unicode (UAX #15). */
    record Unicode(Normalizer.Form form) implements Normalization {
        @Override
        public String apply(String text) {
            return Normalizer.normalize(text, form);
        }
    }
}
