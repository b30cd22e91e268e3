package dev.skein.hls.board;

import java.util.List;
import java.util.Optional;

/** Reads the optional {@code vitis.*} keys of a board file. */
final class PlatformReader {
    /** The platform of cards for which the user builds one. */
    private static final String OF_THE_USER = "user";

    private final Keys keys;

    PlatformReader(Keys keys) {
        this.keys = keys;
    }

    Platform read() {
        if (keys.has("vitis.none")) {
            return new Platform.None(keys.text("vitis.none"));
        }
        if (!keys.has("vitis.platform")) {
            return new Platform.None("its board file has no vitis.platform"
                    + " (docs/adding-a-board.md)");
        }
        String name = word("vitis.platform", "[a-z0-9_]{1,80}");
        return new Platform.Vitis(name.equals(OF_THE_USER) ? Optional.empty() : Optional.of(name),
                word("vitis.part", "[a-zA-Z0-9-]{1,40}"), banks("vitis.hbm"), banks("vitis.ddr"),
                keys.choice("vitis.clock", List.of(Platform.Clock.values())));
    }

    /** These texts go into make files and scripts, so they are words of a few letters. */
    private String word(String key, String pattern) {
        String text = keys.text(key);
        if (!text.matches(pattern)) {
            throw keys.bad(key, text, "a word of " + pattern);
        }
        return text;
    }

    private Banks banks(String key) {
        String text = keys.text(key);
        return Banks.parse(text).orElseThrow(() -> keys.bad(key, text,
                "banks such as HBM[0:31], DDR[0] or HP0"));
    }
}
