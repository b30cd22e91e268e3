package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How text is cut into words, and which patterns of a file are admitted. */
class SplitRulesTest {

    private static List<String> cut(String text, WordSplit... rules) {
        List<String> words = new ArrayList<>();
        WordSplit.split(List.of(rules), text, true, words::add);
        return words;
    }

    private static WordSplit by(SplitPattern pattern, WordSplit.Behavior behavior) {
        return new WordSplit.ByPattern(pattern, behavior, false);
    }

    private static WordSplit isolated(SplitPattern pattern) {
        return by(pattern, WordSplit.Behavior.ISOLATED);
    }

    @Test
    void gpt2() {
        assertEquals(List.of("I", "'ll", " go", " 1234", "  ", " there", "!!", "\n", "\n", "'",
                "LL"),
                cut("I'll go 1234   there!!\n\n'LL", isolated(SplitPattern.GPT2)));
    }

    @Test
    void llama3() {
        assertEquals(List.of("I", "'LL", " go", " ", "123", "4", "  ", " there", "!!\n\n", "\tx",
                " \n", "  "), cut("I'LL go 1234   there!!\n\n\tx \n  ",
                isolated(SplitPattern.LLAMA3)));
    }

    @Test
    void qwen2() {
        assertEquals(List.of("(a", " ", "1", "2", "\u3000\n", "\u00a0b"),
                cut("(a 12\u3000\n\u00a0b", isolated(SplitPattern.QWEN2)));
    }

    @Test
    void digits() {
        assertEquals(List.of("a", "12½", "b", "٣"), cut("a12½b٣", new WordSplit.Digits(false)));
        assertEquals(List.of("a", "1", "2", "b"), cut("a12b", new WordSplit.Digits(true)));
        assertEquals(List.of(" a", "1", "2", " b"), cut(" a12 b", new WordSplit.Digits(true),
                isolated(SplitPattern.GPT2)));
    }

    @Test
    void behaviours() {
        SplitPattern dash = SplitPattern.literal("-");
        String text = "the-final--countdown";
        assertEquals(List.of("the", "-", "final", "-", "-", "countdown"),
                cut(text, by(dash, WordSplit.Behavior.ISOLATED)));
        assertEquals(List.of("the", "final", "countdown"),
                cut(text, by(dash, WordSplit.Behavior.REMOVED)));
        assertEquals(List.of("the-", "final-", "-", "countdown"),
                cut(text, by(dash, WordSplit.Behavior.MERGED_WITH_PREVIOUS)));
        assertEquals(List.of("the", "-final", "-", "-countdown"),
                cut(text, by(dash, WordSplit.Behavior.MERGED_WITH_NEXT)));
        assertEquals(List.of("-", "-", "-"), cut(text, new WordSplit.ByPattern(dash,
                WordSplit.Behavior.REMOVED, true)));
    }

    @Test
    void marks() {
        var always = new WordSplit.Marks("\u2581", WordSplit.Marks.Prepend.ALWAYS, true);
        assertEquals(List.of("▁a", "▁", "▁b"), cut("a  b", always));
        assertEquals(List.of("▁a"), cut(" a", always));
        var first = new WordSplit.Marks("\u2581", WordSplit.Marks.Prepend.FIRST, false);
        assertEquals(List.of("▁a▁b"), cut("a b", first));
        List<String> words = new ArrayList<>();
        WordSplit.split(List.of(first), "a b", false, words::add);
        assertEquals(List.of("a▁b"), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // GPT-4o's, DeepSeek's and StarCoder's rules, for their syntax
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?"
            + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*",
        "[一-龥぀-ゟ゠-ヿ]+", "\\p{N}", "(?:'s|'t)|\\s++", "a{2}b?"
    })
    void admitted(String expression) {
        assertEquals(expression, new SplitPattern(expression).expression());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "(a+)+b", "(?:a|b)*", "(?:a){9}", "(a)\\1", "(?<x>a)", "(?<=a)b", "[a[b]]",
        "[a&&b]", "[a", "a)", "(?:a", "^a", "a$", ".", "\\v", "\\w", "\\p{Han}", "\\p{IsHan}",
        "a{,3}", "a{3,1}", "a{1,2", "a{1000}", "a\\", "[z-a]", "*a", "\\b", "(?i)a",
        "(?:(?:(?:(?:(?:(?:(?:(?:(?:a)))))))))"
    })
    void refused(String expression) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new SplitPattern(expression)).getMessage();
        assertTrue(message.startsWith("a pattern "), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void backtrackingEnds() {
        WordSplit rule = isolated(new SplitPattern("a*a*a*a*a*b"));
        assertThrows(IllegalStateException.class, () -> cut("a".repeat(5000), rule));
    }
}
