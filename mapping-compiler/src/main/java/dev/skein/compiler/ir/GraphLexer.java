package dev.skein.compiler.ir;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits the text form of a graph into tokens and knows where each stands. */
final class GraphLexer {
    /** Kinds of tokens. */
    enum Kind {
        NAME("a name"), VALUE("a value (%name)"), NUMBER("a number"), STRING("a quoted string"),
        SYMBOL("punctuation"), END("the end of the text");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** A token; the text of a value is without its %, that of a string without quotes. */
    record Token(Kind kind, String text, int offset) {
        @Override
        public String toString() {
            return kind == Kind.END ? kind.toString()
                    : "\"" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "\"";
        }
    }

    private static final String WORD = "[A-Za-z_][A-Za-z0-9_.~-]*";
    private static final Pattern TOKEN = Pattern.compile("(?<name>" + WORD + ")"
            + "|%(?<value>" + WORD + ")"
            + "|(?<number>-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
            + "|\"(?<string>[^\"\\n]*+)\"|(?<symbol>\\.\\.|[={}\\[\\](),:@])|(?<end>\\z)");

    private final String source;
    private final String text;
    private final Matcher matcher;
    private Token next;

    GraphLexer(String source, String text) {
        this.source = source;
        this.text = text;
        matcher = TOKEN.matcher(text);
        next = scan(0);
    }

    /** The next token, not taken. */
    Token peek() {
        return next;
    }

    /** Takes a token of a kind. */
    Token take(Kind kind) {
        if (next.kind() != kind) {
            throw error(next, "found " + next + ", expected " + kind);
        }
        Token token = next;
        next = kind == Kind.END ? next : scan(matcher.end());
        return token;
    }

    /** Takes the token with this text. */
    Token take(Kind kind, String expected) {
        if (next.kind() != kind || !next.text().equals(expected)) {
            throw error(next, "found " + next + ", expected \"" + expected + "\"");
        }
        return take(kind);
    }

    /** Takes a symbol if it is next. */
    boolean takeIf(String symbol) {
        boolean there = next.kind() == Kind.SYMBOL && next.text().equals(symbol);
        if (there) {
            take(Kind.SYMBOL);
        }
        return there;
    }

    /** An error at a token. */
    GraphException error(Token at, String message) {
        return error(at.offset(), message);
    }

    private GraphException error(int offset, String message) {
        int line = 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
        int column = offset - text.lastIndexOf('\n', offset - 1);
        return new GraphException(source + ":" + line + ":" + column + ": " + message);
    }

    private Token scan(int from) {
        matcher.region(skip(from), text.length());
        if (!matcher.lookingAt()) {
            throw error(matcher.regionStart(), "found a character that starts no name, value,"
                    + " number, string or punctuation");
        }
        for (Kind kind : Kind.values()) {
            String group = kind.name().toLowerCase(Locale.ROOT);
            if (matcher.group(group) != null) {
                int mark = kind == Kind.VALUE || kind == Kind.STRING ? 1 : 0;
                return new Token(kind, matcher.group(group), matcher.start(group) - mark);
            }
        }
        throw new IllegalStateException("a token of no kind");
    }

    /** The end of white space and comments. */
    private int skip(int from) {
        int at = from;
        while (at < text.length()) {
            if (text.charAt(at) == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else {
                break;
            }
        }
        return at;
    }
}
