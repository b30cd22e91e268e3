package dev.skein.hls.isa;

/**
 * A dimension that may depend on the length registers.
 *
 * @param imm the immediate, at least 1
 * @param mode how the registers enter
 */
public record Extent(int imm, Mode mode) {

    /** How the value follows from the immediate and the registers. */
    public enum Mode {
        /** {@code imm}. */
        FIXED,
        /** {@code imm * CNT}: tokens of this step. */
        TOKENS,
        /**
         * {@code imm * KEPT}: tokens in the cache after this step, CTX = POS + CNT, less those that
         * the {@link Span} leaves out.
         */
        CONTEXT,
        /**
         * {@code min(imm, KEPT - i * imm)} in iteration {@code i} of the innermost loop; the
         * operands indexed by this dimension advance by {@code i * imm} elements.
         */
        TILE
    }

    /** Checks the immediate. */
    public Extent {
        if (imm < 1) {
            throw new IllegalArgumentException("extent " + imm + " " + mode + ": at least 1");
        }
    }

    /** A constant dimension. */
    public static Extent fixed(int n) {
        return new Extent(n, Mode.FIXED);
    }

    /** {@code n} times the tokens of this step. */
    public static Extent tokens(int n) {
        return new Extent(n, Mode.TOKENS);
    }

    /** {@code n} times the tokens of the context that the span keeps. */
    public static Extent context(int n) {
        return new Extent(n, Mode.CONTEXT);
    }

    /** Tiles of {@code n} tokens over what the span keeps of the context. */
    public static Extent tile(int n) {
        return new Extent(n, Mode.TILE);
    }

    /** As assembled: {@code 64}, {@code tokens*4}, {@code ctx*1}, {@code tile(512)}. */
    @Override
    public String toString() {
        return switch (mode) {
            case FIXED -> Integer.toString(imm);
            case TOKENS -> "tokens*" + imm;
            case CONTEXT -> "ctx*" + imm;
            case TILE -> "tile(" + imm + ")";
        };
    }

    /** The value under these registers; not positive when a tile lies past the context. */
    public int resolve(Registers r) {
        return switch (mode) {
            case FIXED -> imm;
            case TOKENS -> Math.multiplyExact(imm, r.tokens());
            case CONTEXT -> Math.multiplyExact(imm, r.kept());
            case TILE -> Math.min(imm, r.kept() - Math.multiplyExact(r.iteration(), imm));
        };
    }

    /** Elements for each token of the context; 0 if the context does not count. */
    int perToken() {
        return switch (mode) {
            case FIXED, TOKENS -> 0;
            case CONTEXT -> imm;
            case TILE -> 1;
        };
    }

    /** Elements by which a tiled operand has advanced in this iteration, else 0. */
    public int tileOffset(Registers r) {
        return mode == Mode.TILE ? Math.multiplyExact(r.iteration(), imm) : 0;
    }

    /** Iterations of a loop with this extent: KEPT / imm rounded up for TILE, else the value. */
    public int trips(Registers r) {
        return mode == Mode.TILE ? Math.ceilDiv(r.kept(), imm) : resolve(r);
    }
}
