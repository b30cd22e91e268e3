package dev.skein.runtime.backend.xrt;

import dev.skein.hls.board.CardSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which card, and what is on it.
 *
 * @param xclbin the bitstream; without one only the no-op shim can be used
 * @param cards numbers of the cards, from 0; the first has the first part of the model
 * @param limit longest time that a call may take, a step included
 * @param noop whether XRT's no-op shim stands for a card, whatever the environment says
 * @param more environment variables of the process that holds the card
 */
public record XrtOptions(Optional<Path> xclbin, List<Integer> cards, Duration limit,
        boolean noop, Map<String, String> more) {
    /** Time that a step may take. */
    public static final Duration LIMIT = Duration.ofSeconds(30);
    /** No bitstream, the first card. */
    public static final XrtOptions DEFAULT =
            new XrtOptions(Optional.empty(), 0, LIMIT, false, Map.of());

    /** One card. */
    public XrtOptions(Optional<Path> xclbin, int card, Duration limit, boolean noop,
            Map<String, String> more) {
        this(xclbin, List.of(card), limit, noop, more);
    }

    /** Checks the numbers. */
    public XrtOptions {
        cards = List.copyOf(cards);
        more = Map.copyOf(more);
        if (cards.isEmpty() || new HashSet<>(cards).size() != cards.size()
                || cards.stream().anyMatch(card -> card < 0 || card > 63)
                || limit.toMillis() < 1 || limit.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("cards " + cards + ", timeout " + limit.toMillis()
                    + " ms; allowed are cards 0 to 63, each once, and 1 ms to a day");
        }
    }

    /** The first card. */
    int card() {
        return cards.getFirst();
    }

    /** One of the cards alone. */
    XrtOptions only(int card) {
        return new XrtOptions(xclbin, card, limit, noop, more);
    }

    /**
     * Refuses another number of cards than a model is for.
     *
     * @param board that the model is compiled for
     */
    public void require(int needed, String board) {
        if (cards.size() != needed) {
            throw new IllegalArgumentException("--card names " + cards.size() + " cards, a model"
                    + " compiled for " + board + " runs on " + needed + (needed == 1
                    ? "; compile it with --target " + CardSet.name(board, cards.size())
                    : "; name them, such as --card 0,1"));
        }
    }
}
