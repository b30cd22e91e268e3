package dev.skein.hls.isa;

/** Width of the weights a matrix instruction reads; the field's value is the ordinal. */
public enum WeightBits {
    /** 2 bits, -1..1. */
    W2(2),
    /** 3 bits, -3..3. */
    W3(3),
    /** 4 bits, -7..7. */
    W4(4),
    /** 5 bits, -15..15. */
    W5(5),
    /** 8 bits, -127..127; also the KV cache. */
    W8(8);

    private final int bits;

    WeightBits(int bits) {
        this.bits = bits;
    }

    /** Bits a weight. */
    public int bits() {
        return bits;
    }

    /** The largest magnitude: the formats are symmetric. */
    public int max() {
        return (1 << (bits - 1)) - 1;
    }

    /** The constant of this many bits. */
    public static WeightBits of(int bits) {
        for (WeightBits w : values()) {
            if (w.bits == bits) {
                return w;
            }
        }
        throw new IllegalArgumentException("weight bits " + bits + ": one of 2, 3, 4, 5, 8");
    }
}
