package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products with the Vector API. Products of two int8 are exact in 16 bits, and so is the sum of
 * two of them unless both factors of both are -128; a job with -128 in x, which QUANT never makes,
 * goes to the scalar code. Pair sums are widened to 32-bit lanes and these, before they can
 * overflow, to 64 bits, so the result is the exact integer whatever the order.
 */
final class VectorProducts implements Products {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
    private static final int UNIT = RowUnpacker.UNIT;

    /**
     * Units after which 32-bit lanes are emptied: a lane gets two products of at most 127 * 128 a
     * unit, so 2^12 units stay below 2^27 and the sum of the eight lanes below 2^30.
     */
    private static final int BLOCK = 1 << 12;

    /** The same with group scales up to 255: 2^8 units stay below 2^31 in a lane. */
    private static final int GROUP_BLOCK = 1 << 8;

    private static final int WORKERS = 2;

    private final ScalarProducts scalar = new ScalarProducts();
    private final Scratch[] scratch = new Scratch[WORKERS];
    private boolean low;

    /** Memory of one thread. */
    private static final class Scratch {
        /** An unpacked row. */
        short[] weights = new short[0];
        /** Its group scales. */
        int[] scales = new int[0];
    }

    VectorProducts() {
        Arrays.setAll(scratch, _ -> new Scratch());
    }

    @Override
    public void prepare(MatrixJob job) {
        WeightBits bits = job.bits;
        // an even number of units, so that the loops can go by pairs
        int size = (job.k + 2 * UNIT - 1) & -(2 * UNIT);
        job.lanesStride = size;
        if (job.lanes.length < job.m * size) {
            job.lanes = new short[job.m * size];
        }
        low = false;
        for (int i = 0; i < job.m; i++) {
            low |= RowUnpacker.widen(bits, job.act, job.actAt + i * job.actStride, job.k,
                    job.lanes, i * size, size);
        }
        for (Scratch s : scratch) {
            if (s.weights.length < size) {
                s.weights = new short[size];
                s.scales = new int[size / UNIT];
            }
        }
    }

    @Override
    public void rows(MatrixJob job, int from, int to, int worker) {
        if (low) {
            scalar.rows(job, from, to, worker);
        } else if (job.bits == WeightBits.W8 && job.group == 0 && job.m == 1) {
            for (int row = from; row < to; row++) {
                job.sums[row] += dot8(job.lanes, job.lanesStride, job.wgt,
                        job.weightAt + row * job.rowBytes);
            }
        } else {
            unpackedRows(job, from, to, scratch[worker]);
        }
    }

    private static void unpackedRows(MatrixJob job, int from, int to, Scratch s) {
        int units = (job.k + UNIT - 1) / UNIT;
        int unitsInGroup = job.groupSize / UNIT;
        int groups = job.group == 0 ? 0 : job.rowBytes - job.unitBytes;
        for (int row = from; row < to; row++) {
            int at = job.weightAt + row * job.rowBytes;
            RowUnpacker.unpack(job.bits, job.wgt, at, units, s.weights);
            for (int g = 0; g < groups; g++) {
                s.scales[g] = job.wgt[at + job.unitBytes + g] & 0xff;
            }
            for (int i = 0; i < job.m; i++) {
                int x = i * job.lanesStride;
                job.sums[i * job.n + row] += switch (unitsInGroup) {
                    case 0 -> dot(job.lanes, x, job.lanesStride, s.weights);
                    case 1 -> dotGroups16(job.lanes, x, units, s.weights, s.scales);
                    default -> dotGroups(job.lanes, x, job.lanesStride, s, unitsInGroup);
                };
            }
        }
    }

    /** Sum of the products of {@code size} widened elements with eight-bit weights. */
    private static long dot8(short[] x, int size, byte[] w, int at) {
        long sum = 0;
        for (int block = 0; block < size; block += BLOCK * UNIT) {
            int end = Math.min(size, block + BLOCK * UNIT);
            IntVector even = IntVector.zero(INTS);
            IntVector odd = IntVector.zero(INTS);
            for (int i = block; i < end; i += 2 * UNIT) {
                ShortVector pair = RowUnpacker.unit8(w, at + i)
                        .mul(ShortVector.fromArray(SHORTS, x, i))
                        .add(RowUnpacker.unit8(w, at + i + UNIT)
                                .mul(ShortVector.fromArray(SHORTS, x, i + UNIT)));
                even = even.add(even(pair));
                odd = odd.add(odd(pair));
            }
            sum += even.add(odd).reduceLanes(VectorOperators.ADD);
        }
        return sum;
    }

    /** The same with an unpacked row. */
    private static long dot(short[] x, int from, int size, short[] w) {
        long sum = 0;
        for (int block = 0; block < size; block += BLOCK * UNIT) {
            int end = Math.min(size, block + BLOCK * UNIT);
            IntVector even = IntVector.zero(INTS);
            IntVector odd = IntVector.zero(INTS);
            for (int i = block; i < end; i += 2 * UNIT) {
                ShortVector pair = pair(x, from + i, w, i);
                even = even.add(even(pair));
                odd = odd.add(odd(pair));
            }
            sum += even.add(odd).reduceLanes(VectorOperators.ADD);
        }
        return sum;
    }

    /** With a scale for each unit. */
    private static long dotGroups16(short[] x, int from, int units, short[] w, int[] scales) {
        LongVector sum = LongVector.zero(LONGS);
        for (int block = 0; block < units; block += GROUP_BLOCK) {
            int end = Math.min(units, block + GROUP_BLOCK);
            IntVector acc = IntVector.zero(INTS);
            for (int u = block; u < end; u++) {
                ShortVector product = ShortVector.fromArray(SHORTS, w, u * UNIT)
                        .mul(ShortVector.fromArray(SHORTS, x, from + u * UNIT));
                acc = acc.add(even(product).add(odd(product)).mul(scales[u]));
            }
            sum = sum.add(wide(acc, 0)).add(wide(acc, 1));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** With a scale for two units or more. */
    private static long dotGroups(short[] x, int from, int size, Scratch s, int unitsInGroup) {
        LongVector sum = LongVector.zero(LONGS);
        int groupSize = unitsInGroup * UNIT;
        for (int block = 0; block < size; block += GROUP_BLOCK * UNIT) {
            int blockEnd = Math.min(size, block + GROUP_BLOCK * UNIT);
            IntVector acc = IntVector.zero(INTS);
            for (int start = block; start < blockEnd; start += groupSize) {
                int end = Math.min(size, start + groupSize);
                IntVector group = IntVector.zero(INTS);
                for (int i = start; i < end; i += 2 * UNIT) {
                    ShortVector pair = pair(x, from + i, s.weights, i);
                    group = group.add(even(pair)).add(odd(pair));
                }
                acc = acc.add(group.mul(s.scales[start / groupSize]));
            }
            sum = sum.add(wide(acc, 0)).add(wide(acc, 1));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void columns(MatrixJob job, int from, int to) {
        if (low) {
            scalar.columns(job, from, to);
            return;
        }
        int[] even = new int[UNIT / 2];
        int[] odd = new int[UNIT / 2];
        for (int i = 0; i < job.m; i++) {
            for (int col = from; col < to; col += UNIT) {
                for (int j = 0; j < job.k; j += BLOCK) {
                    columnSums(job, i, col, j, even, odd);
                    int sums = i * job.n + col;
                    for (int c = 0; c < Math.min(UNIT, to - col); c++) {
                        job.sums[sums + c] += c % 2 == 0 ? even[c / 2] : odd[c / 2];
                    }
                }
            }
        }
    }

    /** Sums of 16 columns over {@link #BLOCK} rows of w from row {@code start} on. */
    private static void columnSums(MatrixJob job, int i, int col, int start, int[] evenTo,
            int[] oddTo) {
        int end = Math.min(job.k, start + BLOCK);
        int x = i * job.lanesStride;
        int at = job.weightAt + start * job.rowBytes + col;
        IntVector even = IntVector.zero(INTS);
        IntVector odd = IntVector.zero(INTS);
        int j = start;
        for (; j + 1 < end; j += 2) {
            ShortVector pair = RowUnpacker.unit8(job.wgt, at).mul(job.lanes[x + j])
                    .add(RowUnpacker.unit8(job.wgt, at + job.rowBytes).mul(job.lanes[x + j + 1]));
            even = even.add(even(pair));
            odd = odd.add(odd(pair));
            at += 2 * job.rowBytes;
        }
        if (j < end) {
            ShortVector product = RowUnpacker.unit8(job.wgt, at).mul(job.lanes[x + j]);
            even = even.add(even(product));
            odd = odd.add(odd(product));
        }
        even.intoArray(evenTo, 0);
        odd.intoArray(oddTo, 0);
    }

    private static ShortVector pair(short[] x, int xAt, short[] w, int wAt) {
        return ShortVector.fromArray(SHORTS, w, wAt).mul(ShortVector.fromArray(SHORTS, x, xAt))
                .add(ShortVector.fromArray(SHORTS, w, wAt + UNIT)
                        .mul(ShortVector.fromArray(SHORTS, x, xAt + UNIT)));
    }

    /** The even lanes, sign extended. */
    private static IntVector even(ShortVector v) {
        return v.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16)
                .lanewise(VectorOperators.ASHR, 16);
    }

    /** The odd lanes, sign extended. */
    private static IntVector odd(ShortVector v) {
        return v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 16);
    }

    /** Half of the lanes, 0 for the lower, in 64 bits. */
    private static LongVector wide(IntVector v, int half) {
        return (LongVector) v.convertShape(VectorOperators.I2L, LONGS, half);
    }
}
