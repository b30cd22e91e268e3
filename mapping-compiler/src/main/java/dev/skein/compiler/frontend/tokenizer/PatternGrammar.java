package dev.skein.compiler.frontend.tokenizer;

/**
 * The regular expressions that a tokenizer file may use: alternatives of characters, escapes and
 * classes with quantifiers; groups and lookaheads without repetition. That covers the published
 * byte-level tokenizers, and keeps out what Java reads differently (nested classes, {@code \v},
 * anchors, scripts), what makes it recurse (repeated groups) and what it runs without end.
 */
final class PatternGrammar {

    private static final int MAX_LENGTH = 2048;
    private static final int MAX_DEPTH = 8;
    private static final String CLASSES = "sSdD";
    private static final String CONTROLS = "rntf";
    private static final String META = "\\^$.|?*+()[]{}";

    private final String expression;
    private int at;

    private PatternGrammar(String expression) {
        this.expression = expression;
    }

    /** @throws IllegalArgumentException with the index of the first thing that is not admitted */
    static void check(String expression) {
        if (expression.isEmpty() || expression.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a pattern of " + expression.length()
                    + " characters, allowed are 1 to " + MAX_LENGTH);
        }
        PatternGrammar grammar = new PatternGrammar(expression);
        grammar.alternatives(0);
        if (grammar.at < expression.length()) {
            throw grammar.refuse("an unmatched parenthesis");
        }
    }

    private void alternatives(int depth) {
        if (depth > MAX_DEPTH) {
            throw refuse("groups nested deeper than " + MAX_DEPTH);
        }
        sequence(depth);
        while (accept("|")) {
            sequence(depth);
        }
    }

    private void sequence(int depth) {
        while (at < expression.length() && peek() != '|' && peek() != ')') {
            if (peek() == '(') {
                group(depth);
            } else {
                atom();
                quantifier();
            }
        }
    }

    private void group(int depth) {
        boolean look = accept("(?!") || accept("(?=");
        if (!look && !accept("(?:") && !accept("(?i:")) {
            throw refuse("a kind of group other than (?:x), (?i:x), (?=x) and (?!x)");
        }
        alternatives(depth + 1);
        if (!accept(")")) {
            throw refuse("a group without its end");
        }
        if (!look && accept("?")) {
            return;
        }
        if (at < expression.length() && "?*+{".indexOf(peek()) >= 0) {
            throw refuse("a repeated group");
        }
    }

    private void atom() {
        char c = peek();
        if (c == '[') {
            characterClass();
        } else if (c == '\\') {
            escape();
        } else if (META.indexOf(c) >= 0) {
            throw refuse("the character " + c);
        } else {
            at++;
        }
    }

    private void quantifier() {
        if (at >= expression.length()) {
            return;
        }
        if (accept("{")) {
            int low = number();
            int high = accept(",") ? number() : low;
            if (low > high || !accept("}")) {
                throw refuse("a repetition other than {m} and {m,n}");
            }
        } else if ("?*+".indexOf(peek()) >= 0) {
            at++;
        } else {
            return;
        }
        // possessive and reluctant forms
        if (!accept("+")) {
            accept("?");
        }
    }

    private int number() {
        int start = at;
        while (at < expression.length() && at - start < 3 && peek() >= '0'
                && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw refuse("a repetition other than {m} and {m,n}");
        }
        return Integer.parseInt(expression, start, at, 10);
    }

    private void characterClass() {
        at++;
        accept("^");
        int start = at;
        while (true) {
            if (at >= expression.length()) {
                throw refuse("a class without its end");
            }
            char c = peek();
            if (c == ']' && at > start) {
                at++;
                return;
            }
            if (c == '[' || c == ']' || expression.startsWith("&&", at)) {
                throw refuse("a class inside a class");
            }
            if (c == '\\') {
                escape();
            } else {
                at++;
            }
        }
    }

    private void escape() {
        at++;
        if (at >= expression.length()) {
            throw refuse("a backslash at the end");
        }
        char c = peek();
        if (accept("p{") || accept("P{")) {
            category();
        } else if (CLASSES.indexOf(c) >= 0 || CONTROLS.indexOf(c) >= 0 || c < 0x80
                && !Character.isLetterOrDigit(c)) {
            at++;
        } else {
            throw refuse("the escape \\" + c);
        }
    }

    /** A general category: one of Unicode's seven letters, possibly with a small letter. */
    private void category() {
        int start = at;
        while (at < expression.length() && Character.isLetter(peek()) && at - start < 2) {
            at++;
        }
        String category = expression.substring(start, at);
        boolean known = category.matches("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?"
                + "|C[cfson]?");
        if (!known || !accept("}")) {
            throw refuse("a property that is no general category");
        }
    }

    private char peek() {
        return expression.charAt(at);
    }

    private boolean accept(String text) {
        boolean there = expression.startsWith(text, at);
        at += there ? text.length() : 0;
        return there;
    }

    private IllegalArgumentException refuse(String what) {
        return new IllegalArgumentException("a pattern with " + what + " at character " + at);
    }
}
