package dev.skein.compiler.frontend.xclbin;

import java.util.Optional;

/** The sections that are read; the code of each is its ordinal number in {@code xclbin.h}. */
public enum SectionKind {
    /** The configuration of the device. */
    BITSTREAM(0),
    /** XML of v++: kernels and their arguments. */
    EMBEDDED_METADATA(2),
    /** Memory banks. */
    MEM_TOPOLOGY(6),
    /** Which argument of which compute unit reaches which bank. */
    CONNECTIVITY(7),
    /** Compute units and controllers. */
    IP_LAYOUT(8),
    /** Clocks. */
    CLOCK_FREQ_TOPOLOGY(11),
    /** JSON of v++: versions, platform, options. */
    BUILD_METADATA(14),
    /** What the one who built it wanted to say; ours says which design it is. */
    USER_METADATA(16),
    /** Memory banks, and groups of them behind them. */
    ASK_GROUP_TOPOLOGY(26),
    /** As {@link #CONNECTIVITY}, with groups. */
    ASK_GROUP_CONNECTIVITY(27);

    private static final SectionKind[] ALL = values();

    private final int code;

    SectionKind(int code) {
        this.code = code;
    }

    /** Number in a section header. */
    public int code() {
        return code;
    }

    /** The kind with a number; empty for one that is not read here. */
    static Optional<SectionKind> of(int code) {
        for (SectionKind kind : ALL) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
