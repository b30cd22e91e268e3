package dev.skein.hls.isa;

/**
 * The legal values of the length registers: POS &gt;= 0, 1 &lt;= CNT &lt;= maxTokens, POS + CNT
 * &lt;= maxContext.
 *
 * @param maxTokens largest CNT
 * @param maxContext largest CTX, at least {@code maxTokens}
 */
public record Limits(int maxTokens, int maxContext) {
    /** The longest context any program may be compiled for; keeps every sum far from overflow. */
    public static final int LONGEST = 1 << 20;

    /** Checks the order. */
    public Limits {
        if (maxTokens < 1 || maxContext < maxTokens || maxContext > LONGEST) {
            throw new IllegalArgumentException("maxTokens " + maxTokens + ", maxContext "
                    + maxContext + ": 1 <= maxTokens <= maxContext <= " + LONGEST);
        }
    }

    /** The limits a program states. */
    public static Limits of(Program program) {
        return new Limits(program.maxTokens(), program.maxContext());
    }

    /**
     * The corners of the legal (POS, CNT): a bound that is linear in both holds everywhere if it
     * holds here.
     */
    public Registers[] corners() {
        return new Registers[] {
            new Registers(0, 1, 0), new Registers(0, maxTokens, 0),
            new Registers(maxContext - 1, 1, 0),
            new Registers(maxContext - maxTokens, maxTokens, 0)};
    }
}
