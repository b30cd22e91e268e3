package dev.skein.compiler.frontend.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Control tokens that end a text in published models, whatever their files say about them. */
final class EndOfText {

    private static final Set<String> NAMES = Set.of("</s>", "<|endoftext|>", "<|end_of_text|>",
            "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>");

    private EndOfText() {
    }

    static List<Integer> known(List<String> tokens, List<TokenKind> kinds) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < kinds.size(); id++) {
            if (kinds.get(id) == TokenKind.CONTROL && NAMES.contains(tokens.get(id))) {
                ids.add(id);
            }
        }
        return ids;
    }
}
