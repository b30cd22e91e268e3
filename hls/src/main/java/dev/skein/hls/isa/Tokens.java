package dev.skein.hls.isa;

/**
 * Wait and release sets of an instruction, one bit a unit ({@link Unit#bit()}).
 *
 * @param waits units of which one token each is consumed before the start
 * @param releases units to which one token each is pushed at the end
 */
public record Tokens(int waits, int releases) {
    /** No ordering. */
    public static final Tokens NONE = new Tokens(0, 0);

    private static final int ALL = (1 << Unit.QUEUED) - 1;

    /** Checks that only queued units are named. */
    public Tokens {
        if ((waits | releases) >>> Unit.QUEUED != 0) {
            throw new IllegalArgumentException(
                    "token set names a unit outside 0x" + Integer.toHexString(ALL)
                            + ": wait 0x" + Integer.toHexString(waits)
                            + ", release 0x" + Integer.toHexString(releases));
        }
    }
}
