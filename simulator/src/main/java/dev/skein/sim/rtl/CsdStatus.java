package dev.skein.sim.rtl;

/** Why the attention kernel did not do a job: {@code Status} of {@code csd/descriptor.h}. */
public enum CsdStatus {
    /** It did. */
    GOOD("done"),
    /** Of the descriptor. */
    VERSION("the descriptor has another version than the kernel"),
    /** Of the descriptor. */
    UNUSED("an unused word of the descriptor is not 0"),
    /** None, or unknown ones. */
    STEPS("no step is asked for, or one that does not exist"),
    /** Out of range. */
    HEAD_DIM("heads are not of 1 to 256 entries"),
    /** Out of range. */
    QUERY_HEADS("not 1 to 8 query heads share the head"),
    /** Out of range. */
    TOKENS("the cache has not 1 to 32768 tokens"),
    /** Chosen channels, out of range. */
    CHANNELS("not 1 to all channels are to be chosen"),
    /** Chosen and local tokens. */
    CHOSEN("no token is local, or more than are to be chosen"),
    /** Size of a page. */
    PAGE("pages are not of 64 bytes to 256 KiB"),
    /** Token-indexed pages. */
    GROUP("a token-indexed page does not hold its rows"),
    /** Channel-indexed pages. */
    SPAN("a channel-indexed page does not hold its columns, or indexed tokens are no whole spans"),
    /** Of page numbers. */
    TABLE("a table of page numbers leaves its buffer"),
    /** Queries, sums, outputs or lists. */
    VECTOR("queries, sums, outputs or a selection leave their buffer"),
    /** From a table. */
    PAGE_NUMBER("a table names a page that is not there"),
    /** Of an earlier call. */
    SELECTION("a selection is not increasing or not in range"),
    /** In what was used. */
    NOT_FINITE("a query, key or value is NaN or infinite");

    private final String sentence;

    CsdStatus(String sentence) {
        this.sentence = sentence;
    }

    /** What is wrong, as a clause. */
    public String sentence() {
        return sentence;
    }
}
