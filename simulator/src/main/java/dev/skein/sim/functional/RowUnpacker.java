package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Unpacks rows of weights to 16-bit lanes, a unit of 16 weights a vector. The lanes of a unit stand
 * in an order that makes unpacking cheap, and x is brought into the same order: with 2 and 4 bits a
 * weight lies in one 16-bit word, so all words are repeated over the vector and each lane shifts
 * out its own field; with 3 and 5 bits a byte shuffle brings each lane the two bytes that hold its
 * field. Up to 32 bytes from the start of a unit are read.
 */
final class RowUnpacker {
    /** Weights of a unit, lanes of a vector. */
    static final int UNIT = 16;

    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
    private static final ShortVector SHIFT_2 = shifts(2);
    private static final ShortVector SHIFT_3 = shifts(3);
    private static final ShortVector SHIFT_4 = shifts(4);
    private static final ShortVector SHIFT_5 = shifts(5);
    private static final ShortVector SHIFT_2_IN_ORDER = shiftsInOrder(2);
    private static final ShortVector SHIFT_4_IN_ORDER = shiftsInOrder(4);
    private static final VectorShuffle<Byte> BYTES_2 = bytePairs(2);
    private static final VectorShuffle<Byte> BYTES_4 = bytePairs(4);
    private static final VectorShuffle<Byte> BYTES_3 = bytePairs(3);
    private static final VectorShuffle<Byte> BYTES_5 = bytePairs(5);
    private static final VectorShuffle<Short> ORDER_2 = order(2);
    private static final VectorShuffle<Short> ORDER_4 = order(4);

    private RowUnpacker() {
    }

    /** The weight of a unit that lane {@code lane} holds. */
    static int weightOf(int bits, int lane) {
        return switch (bits) {
            case 2, 4 -> {
                int words = bits;
                yield lane % words * (16 / bits) + lane / words;
            }
            default -> lane;
        };
    }

    /** Multipliers that move the field of each lane to the top of its 16 bits. */
    private static ShortVector shifts(int bits) {
        short[] factors = new short[UNIT];
        for (int lane = 0; lane < UNIT; lane++) {
            int bit = weightOf(bits, lane) * bits;
            int inLane = bits == 2 || bits == 4 ? bit % 16 : bit % 8;
            factors[lane] = (short) (1 << 16 - bits - inLane);
        }
        return ShortVector.fromArray(SHORTS, factors, 0);
    }

    private static ShortVector shiftsInOrder(int bits) {
        short[] factors = new short[UNIT];
        for (int lane = 0; lane < UNIT; lane++) {
            factors[lane] = (short) (1 << 16 - bits - lane * bits % 8);
        }
        return ShortVector.fromArray(SHORTS, factors, 0);
    }

    private static VectorShuffle<Byte> bytePairs(int bits) {
        return VectorShuffle.fromOp(ByteVector.SPECIES_256,
                i -> Math.min(i / 2 * bits / 8 + i % 2, 2 * bits - 1));
    }

    private static VectorShuffle<Short> order(int bits) {
        return VectorShuffle.fromOp(SHORTS, lane -> weightOf(bits, lane));
    }

    /**
     * Unpacks {@code units} units of the row at {@code at}. A method for each width and loops
     * without helpers, as {@link VectorProducts} explains.
     */
    static void unpack(WeightBits bits, byte[] from, int at, int units, short[] to) {
        switch (bits) {
            case W2 -> unpack2(from, at, units, to);
            case W3 -> unpack3(from, at, units, to);
            case W4 -> unpack4(from, at, units, to);
            case W5 -> unpack5(from, at, units, to);
            case W8 -> unpack8(from, at, units, to);
        }
    }

    /** The same with the weights of each unit in order, for those that x is gathered for. */
    static void unpackInOrder(WeightBits bits, byte[] from, int at, int units, short[] to) {
        switch (bits) {
            case W2 -> unpack2InOrder(from, at, units, to);
            case W4 -> unpack4InOrder(from, at, units, to);
            case W3, W5, W8 -> unpack(bits, from, at, units, to);
        }
    }

    private static void unpack2InOrder(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            ByteVector.fromArray(ByteVector.SPECIES_256, from, at + 4 * u).rearrange(BYTES_2)
                    .reinterpretAsShorts().mul(SHIFT_2_IN_ORDER)
                    .lanewise(VectorOperators.ASHR, 14).intoArray(to, UNIT * u);
        }
    }

    private static void unpack4InOrder(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            ByteVector.fromArray(ByteVector.SPECIES_256, from, at + 8 * u).rearrange(BYTES_4)
                    .reinterpretAsShorts().mul(SHIFT_4_IN_ORDER)
                    .lanewise(VectorOperators.ASHR, 12).intoArray(to, UNIT * u);
        }
    }

    private static void unpack2(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            IntVector.broadcast(IntVector.SPECIES_256, LittleEndian.int32(from, at + 4 * u))
                    .reinterpretAsShorts().mul(SHIFT_2).lanewise(VectorOperators.ASHR, 14)
                    .intoArray(to, UNIT * u);
        }
    }

    private static void unpack3(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            ByteVector.fromArray(ByteVector.SPECIES_256, from, at + 6 * u).rearrange(BYTES_3)
                    .reinterpretAsShorts().mul(SHIFT_3).lanewise(VectorOperators.ASHR, 13)
                    .intoArray(to, UNIT * u);
        }
    }

    private static void unpack4(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            LongVector.broadcast(LongVector.SPECIES_256, LittleEndian.int64(from, at + 8 * u))
                    .reinterpretAsShorts().mul(SHIFT_4).lanewise(VectorOperators.ASHR, 12)
                    .intoArray(to, UNIT * u);
        }
    }

    private static void unpack5(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            ByteVector.fromArray(ByteVector.SPECIES_256, from, at + 10 * u).rearrange(BYTES_5)
                    .reinterpretAsShorts().mul(SHIFT_5).lanewise(VectorOperators.ASHR, 11)
                    .intoArray(to, UNIT * u);
        }
    }

    private static void unpack8(byte[] from, int at, int units, short[] to) {
        for (int u = 0; u < units; u++) {
            ((ShortVector) ByteVector.fromArray(ByteVector.SPECIES_128, from, at + 16 * u)
                    .convertShape(VectorOperators.B2S, SHORTS, 0)).intoArray(to, UNIT * u);
        }
    }

    /**
     * Widens a row of x to the order of the weights, with zeros from {@code k} up to {@code size}.
     *
     * @return whether an element is -128, which 16-bit pair sums have no room for
     */
    static boolean widen(WeightBits bits, byte[] from, int at, int k, short[] to, int toAt,
            int size) {
        int whole = k / UNIT * UNIT;
        boolean low = switch (bits) {
            case W2 -> widen(from, at, whole, to, toAt, ORDER_2);
            case W4 -> widen(from, at, whole, to, toAt, ORDER_4);
            case W3, W5, W8 -> widen(from, at, whole, to, toAt);
        };
        for (int i = whole; i < size; i++) {
            int j = whole + weightOf(bits.bits(), i % UNIT);
            boolean inside = i < whole + UNIT && j < k;
            to[toAt + i] = inside ? from[at + j] : 0;
            low |= inside && from[at + j] == Byte.MIN_VALUE;
        }
        return low;
    }

    private static boolean widen(byte[] from, int at, int whole, short[] to, int toAt) {
        ShortVector least = ShortVector.zero(SHORTS);
        for (int i = 0; i < whole; i += UNIT) {
            var x = (ShortVector) ByteVector.fromArray(ByteVector.SPECIES_128, from, at + i)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            least = least.min(x);
            x.intoArray(to, toAt + i);
        }
        return least.reduceLanes(VectorOperators.MIN) == Byte.MIN_VALUE;
    }

    private static boolean widen(byte[] from, int at, int whole, short[] to, int toAt,
            VectorShuffle<Short> order) {
        ShortVector least = ShortVector.zero(SHORTS);
        for (int i = 0; i < whole; i += UNIT) {
            var x = (ShortVector) ByteVector.fromArray(ByteVector.SPECIES_128, from, at + i)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            least = least.min(x);
            x.rearrange(order).intoArray(to, toAt + i);
        }
        return least.reduceLanes(VectorOperators.MIN) == Byte.MIN_VALUE;
    }
}
