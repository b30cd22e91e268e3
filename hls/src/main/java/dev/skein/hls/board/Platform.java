package dev.skein.hls.board;

import java.util.Optional;

/** What AMD's Vitis tools know a card by, or why there is no such way to it. */
public sealed interface Platform {

    /**
     * A card that v++ links for.
     *
     * @param name of the Vitis platform; empty where it has none of its own and the user names one
     * @param part the device, for synthesis without a platform
     * @param hbm banks behind {@code hbm.*}, in the order of its channels
     * @param ddr banks behind {@code ddr.*}
     * @param clock how a kernel gets its clock
     */
    record Vitis(Optional<String> name, String part, Banks hbm, Banks ddr, Clock clock)
            implements Platform {}

    /**
     * No way through v++.
     *
     * @param reason part of a sentence
     */
    record None(String reason) implements Platform {}

    /** How a platform clocks kernels. */
    enum Clock {
        /** Card platforms: clock 0 is set to what the linker is told. */
        SCALABLE,
        /** Embedded platforms: a frequency is made from one that is there. */
        FIXED
    }
}
