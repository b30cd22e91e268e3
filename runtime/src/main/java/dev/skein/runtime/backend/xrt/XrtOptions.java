package dev.skein.runtime.backend.xrt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which card, and what is on it.
 *
 * @param xclbin the bitstream; without one only the no-op shim can be used
 * @param card number of the card, from 0
 * @param limit longest time that a call may take, a step included
 * @param noop whether XRT's no-op shim stands for a card, whatever the environment says
 * @param more environment variables of the process that holds the card
 */
public record XrtOptions(Optional<Path> xclbin, int card, Duration limit, boolean noop,
        Map<String, String> more) {
    /** Time that a step may take. */
    public static final Duration LIMIT = Duration.ofSeconds(30);
    /** No bitstream, the first card. */
    public static final XrtOptions DEFAULT =
            new XrtOptions(Optional.empty(), 0, LIMIT, false, Map.of());

    /** Checks the numbers. */
    public XrtOptions {
        more = Map.copyOf(more);
        if (card < 0 || card > 63 || limit.toMillis() < 1
                || limit.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("card " + card + ", timeout " + limit.toMillis()
                    + " ms; allowed are cards 0 to 63 and 1 ms to a day");
        }
    }
}
