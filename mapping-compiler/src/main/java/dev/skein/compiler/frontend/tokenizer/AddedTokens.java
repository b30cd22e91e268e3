package dev.skein.compiler.frontend.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds added tokens in a text: leftmost, of several at one place the longest. */
final class AddedTokens {

    /** Receives a text cut at its added tokens, in order. */
    interface Sink {
        /** A stretch without added tokens, not empty. */
        void text(String stretch, boolean first);

        /** An added token. */
        void token(int id);
    }

    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private AddedToken token;
    }

    private final Node root = new Node();

    AddedTokens(List<AddedToken> tokens) {
        for (AddedToken token : tokens) {
            Node node = root;
            for (char c : token.content().toCharArray()) {
                node = node.children.computeIfAbsent(c, _ -> new Node());
            }
            node.token = token;
        }
    }

    void cut(String text, boolean parseControl, Sink sink) {
        int start = 0;
        int at = 0;
        while (at < text.length()) {
            AddedToken found = longest(text, at, parseControl);
            if (found == null) {
                at++;
                continue;
            }
            int end = at + found.content().length();
            int left = at;
            while (found.stripLeft() && left > start
                    && Character.isWhitespace(text.charAt(left - 1))) {
                left--;
            }
            while (found.stripRight() && end < text.length()
                    && Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            if (left > start) {
                sink.text(text.substring(start, left), start == 0);
            }
            sink.token(found.id());
            start = end;
            at = end;
        }
        if (start < text.length()) {
            sink.text(text.substring(start), start == 0);
        }
    }

    private AddedToken longest(String text, int at, boolean parseControl) {
        AddedToken longest = null;
        Node node = root;
        for (int i = at; i < text.length(); i++) {
            node = node.children.get(text.charAt(i));
            if (node == null) {
                break;
            }
            AddedToken token = node.token;
            if (token != null && (parseControl || !token.control())
                    && (!token.wholeWord() || standsAlone(text, at, i + 1))) {
                longest = token;
            }
        }
        return longest;
    }

    private static boolean standsAlone(String text, int from, int to) {
        return (from == 0 || !Character.isLetterOrDigit(text.codePointBefore(from)))
                && (to == text.length() || !Character.isLetterOrDigit(text.codePointAt(to)));
    }
}
