package dev.skein.hls.board;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several cards of one board as a target: {@code u280*2}. One card is the board's name alone. */
public final class CardSet {
    /** Most cards of a target: what a server has slots for. */
    public static final int MOST = 8;

    private static final Pattern SEVERAL = Pattern.compile("(.+)\\*(\\d{1,3})");

    private CardSet() {}

    /**
     * How many cards a target is.
     *
     * @throws BoardException if it names fewer than 1 or more than {@link #MOST}
     */
    public static int cards(String target) {
        Matcher m = SEVERAL.matcher(target);
        int cards = m.matches() ? Integer.parseInt(m.group(2)) : 1;
        if (cards < 1 || cards > MOST) {
            throw new BoardException("target " + target + ": " + cards + " cards, allowed are 1 to "
                    + MOST + ", such as u280*2");
        }
        return cards;
    }

    /** The board, or board file, of each card of a target. */
    public static String board(String target) {
        Matcher m = SEVERAL.matcher(target);
        return m.matches() ? m.group(1) : target;
    }

    /**
     * For what takes one card.
     *
     * @return the target
     * @throws BoardException if it is several
     */
    public static String requireOne(String target) {
        if (cards(target) > 1) {
            throw new BoardException("target " + target + ": several cards are for compile, run,"
                    + " simulate and deploy; name one: " + board(target));
        }
        return target;
    }

    /** The target of so many cards. */
    public static String name(String board, int cards) {
        return cards == 1 ? board : board + "*" + cards;
    }
}
