package dev.skein.sim.csd.flash;

import java.util.Optional;

/** What a page holds. */
public enum PageKind {
    /** Keys of a token group, row after row. */
    KEYS(1),
    /** Values of a token group, row after row. */
    VALUES(2),
    /** Some entries of the keys of a span of tokens, column after column: the second copy. */
    KEY_ENTRIES(3),
    /** A part of a checkpoint. */
    CHECKPOINT(4);

    private final int code;

    PageKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<PageKind> of(int code) {
        for (PageKind k : values()) {
            if (k.code == code) {
                return Optional.of(k);
            }
        }
        return Optional.empty();
    }
}
