package dev.skein.hls.number;

import dev.skein.hls.isa.WeightBits;

/**
 * What decides the size and the time of a 16 x 16 block of a strip, see {@link StripRows}.
 *
 * @param pattern how many weights of 16 are kept
 * @param bits width of a kept weight; of no effect with {@link SparsePattern#N0}
 */
public record BlockClass(SparsePattern pattern, WeightBits bits) {
    private static final int WIDTH_SHIFT = 3;
    private static final BlockClass[] BY_CODE = byCode();

    private static BlockClass[] byCode() {
        var out = new BlockClass[256];
        for (SparsePattern p : SparsePattern.values()) {
            for (WeightBits b : WeightBits.values()) {
                var c = new BlockClass(p, b);
                out[c.code()] = c;
            }
        }
        return out;
    }

    /** The byte of a block in the header of its strip. */
    public int code() {
        return pattern.code() | bits.ordinal() << WIDTH_SHIFT;
    }

    /**
     * The class of a header byte.
     *
     * @param code 0 to 255
     * @throws IllegalArgumentException if there is none
     */
    public static BlockClass of(int code) {
        BlockClass found = BY_CODE[code];
        if (found == null) {
            throw new IllegalArgumentException("block code 0x" + Integer.toHexString(code)
                    + ": a pattern, 0 to " + (SparsePattern.values().length - 1)
                    + ", plus 8 times a width, 0 to " + (WeightBits.values().length - 1));
        }
        return found;
    }

    /** Bytes of the positions of the 16 rows of a block. */
    public int indexBytes() {
        return StripRows.ROWS * pattern.indexBytes();
    }

    /** Bytes of a block in the payload of its strip: positions and weights of 16 rows. */
    public int bytes() {
        return indexBytes() + 2 * pattern.kept() * bits.bits();
    }
}
