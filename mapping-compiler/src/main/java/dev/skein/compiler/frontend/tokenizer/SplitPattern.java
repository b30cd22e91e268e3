package dev.skein.compiler.frontend.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a foreign file, of the kind tokenizers use. {@link PatternGrammar}
 * admits only what means the same to Java as to the tools that write it, and nothing that makes
 * Java's matcher recurse; a budget of steps stops backtracking that would not end in time.
 *
 * <p>Character classes are those of Unicode ({@code \s} is White_Space), as in Oniguruma.
 */
public final class SplitPattern {

    /** GPT-2's rule; also what {@code ByteLevel} with {@code use_regex} means. */
    public static final SplitPattern GPT2 = new SplitPattern(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /** LLaMA 3's rule: as GPT-4's, digits in groups of up to three. */
    public static final SplitPattern LLAMA3 = new SplitPattern(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    /** The rule of Qwen2 to Qwen3: as LLaMA 3's, each digit alone. */
    public static final SplitPattern QWEN2 = new SplitPattern(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    /** Steps a character of text and in all; published rules need below 50 a character. */
    private static final long STEPS_PER_CHARACTER = 512;
    private static final long FREE_STEPS = 65_536;

    private final Pattern pattern;

    /** @throws IllegalArgumentException if the expression is not of the admitted kind */
    public SplitPattern(String expression) {
        PatternGrammar.check(expression);
        try {
            pattern = Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("a pattern with " + e.getDescription()
                    + " at character " + e.getIndex(), e);
        }
    }

    /** A pattern that matches a string itself. */
    public static SplitPattern literal(String text) {
        return new SplitPattern(Pattern.compile(text, Pattern.LITERAL));
    }

    private SplitPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Finds matches in a text; {@link Matcher#find} throws {@link IllegalStateException} when it
     * takes too many steps.
     */
    Matcher matcher(String text) {
        long budget = FREE_STEPS + STEPS_PER_CHARACTER * text.length();
        return pattern.matcher(new Metered(text, new long[] {budget}));
    }

    /** The expression. */
    public String expression() {
        return pattern.pattern();
    }

    /** Whether it is a plain string rather than an expression. */
    public boolean isLiteral() {
        return (pattern.flags() & Pattern.LITERAL) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SplitPattern that && isLiteral() == that.isLiteral()
                && expression().equals(that.expression());
    }

    @Override
    public int hashCode() {
        return expression().hashCode();
    }

    @Override
    public String toString() {
        return expression();
    }

    /** A text that counts how often the matcher looks at it. */
    private record Metered(String text, long[] remaining) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (--remaining[0] < 0) {
                throw new IllegalStateException("the tokenizer's split pattern takes too long on "
                        + "a text of " + text.length() + " characters");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
