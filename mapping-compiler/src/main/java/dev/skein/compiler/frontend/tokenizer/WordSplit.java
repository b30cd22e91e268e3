package dev.skein.compiler.frontend.tokenizer;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;

/** One rule that cuts text into words, across whose borders nothing merges. */
public sealed interface WordSplit {

    /**
     * Cuts a piece of text.
     *
     * @param piece not empty
     * @param first whether it is the beginning of the text
     * @param words receives the words in order, none empty
     */
    void split(String piece, boolean first, Consumer<String> words);

    /** What becomes of the text that a pattern matches. */
    enum Behavior {
        /** It is a word of its own, and so is the text between two matches. */
        ISOLATED,
        /** It is dropped. */
        REMOVED,
        /** It goes to the end of the text before it. */
        MERGED_WITH_PREVIOUS,
        /** It goes to the front of the text after it. */
        MERGED_WITH_NEXT
    }

    /**
     * Cuts at the matches of a pattern.
     *
     * @param invert whether matched and unmatched text change their roles
     */
    record ByPattern(SplitPattern pattern, Behavior behavior, boolean invert)
            implements WordSplit {
        @Override
        public void split(String piece, boolean first, Consumer<String> words) {
            Cutter cutter = new Cutter(behavior, words);
            Matcher matcher = pattern.matcher(piece);
            int end = 0;
            while (matcher.find()) {
                cutter.add(piece.substring(end, matcher.start()), invert);
                cutter.add(matcher.group(), !invert);
                end = matcher.end();
            }
            cutter.add(piece.substring(end), invert);
            cutter.finish();
        }
    }

    /**
     * Cuts digits off other text.
     *
     * @param individual whether every digit is a word, or a run of them
     */
    record Digits(boolean individual) implements WordSplit {
        @Override
        public void split(String piece, boolean first, Consumer<String> words) {
            int start = 0;
            for (int i = 0; i < piece.length();) {
                int code = piece.codePointAt(i);
                int end = i + Character.charCount(code);
                boolean digit = numeric(code);
                boolean cut = end < piece.length()
                        && (digit != numeric(piece.codePointAt(end)) || digit && individual);
                if (cut || end == piece.length()) {
                    words.accept(piece.substring(start, end));
                    start = end;
                }
                i = end;
            }
        }

        private static boolean numeric(int code) {
            int type = Character.getType(code);
            return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
                    || type == Character.OTHER_NUMBER;
        }
    }

    /** Puts a space before text that begins with none. */
    record PrefixSpace() implements WordSplit {
        @Override
        public void split(String piece, boolean first, Consumer<String> words) {
            words.accept(piece.startsWith(" ") ? piece : " " + piece);
        }
    }

    /**
     * SentencePiece's spaces: each becomes a mark, one is put in front, words begin with it.
     *
     * @param mark stands for a space
     * @param prepend when a mark is put before text that begins with none
     * @param split whether to cut before each mark
     */
    record Marks(String mark, Prepend prepend, boolean split) implements WordSplit {

        /** When a mark is put in front. */
        public enum Prepend { ALWAYS, FIRST, NEVER }

        public Marks {
            if (mark.codePointCount(0, mark.length()) != 1) {
                throw new IllegalArgumentException("the replacement of a space is \"" + mark
                        + "\", allowed is one character");
            }
        }

        @Override
        public void split(String piece, boolean first, Consumer<String> words) {
            String marked = piece.replace(" ", mark);
            boolean wanted = switch (prepend) {
                case ALWAYS -> true;
                case FIRST -> first;
                case NEVER -> false;
            };
            if (wanted && !marked.startsWith(mark)) {
                marked = mark + marked;
            }
            if (!split) {
                words.accept(marked);
                return;
            }
            int start = 0;
            int cut = marked.indexOf(mark, 1);
            while (cut >= 0) {
                words.accept(marked.substring(start, cut));
                start = cut;
                cut = marked.indexOf(mark, cut + 1);
            }
            words.accept(marked.substring(start));
        }
    }

    /** Applies rules one after the other, each to the words of the one before. */
    static void split(List<WordSplit> rules, String piece, boolean first,
                      Consumer<String> words) {
        if (rules.isEmpty()) {
            words.accept(piece);
            return;
        }
        List<WordSplit> rest = rules.subList(1, rules.size());
        boolean[] leading = {first};
        rules.getFirst().split(piece, first, word -> {
            split(rest, word, leading[0], words);
            leading[0] = false;
        });
    }

    /** Puts matched and unmatched text together as a behaviour asks. */
    final class Cutter {
        private final Behavior behavior;
        private final Consumer<String> words;
        private String held = "";

        private Cutter(Behavior behavior, Consumer<String> words) {
            this.behavior = behavior;
            this.words = words;
        }

        private void add(String text, boolean matched) {
            if (text.isEmpty()) {
                return;
            }
            switch (behavior) {
                case ISOLATED -> words.accept(text);
                case REMOVED -> {
                    if (!matched) {
                        words.accept(text);
                    }
                }
                case MERGED_WITH_PREVIOUS -> {
                    if (matched) {
                        words.accept(held + text);
                        held = "";
                    } else {
                        finish();
                        held = text;
                    }
                }
                case MERGED_WITH_NEXT -> {
                    if (matched) {
                        finish();
                        held = text;
                    } else {
                        words.accept(held + text);
                        held = "";
                    }
                }
            }
        }

        private void finish() {
            if (!held.isEmpty()) {
                words.accept(held);
                held = "";
            }
        }
    }
}
