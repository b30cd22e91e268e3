package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
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
 *
 * <p>Loops call nothing but the Vector API: a helper that returns a vector is not always inlined
 * into a large caller, and a vector that crosses a call costs an allocation.
 */
final class VectorProducts implements Products {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
    private static final VectorOperators.Binary LSHL = VectorOperators.LSHL;
    private static final VectorOperators.Binary ASHR = VectorOperators.ASHR;
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
                var w0 = (ShortVector) ByteVector.fromArray(BYTES, w, at + i)
                        .convertShape(VectorOperators.B2S, SHORTS, 0);
                var w1 = (ShortVector) ByteVector.fromArray(BYTES, w, at + i + UNIT)
                        .convertShape(VectorOperators.B2S, SHORTS, 0);
                IntVector pair = w0.mul(ShortVector.fromArray(SHORTS, x, i))
                        .add(w1.mul(ShortVector.fromArray(SHORTS, x, i + UNIT)))
                        .reinterpretAsInts();
                even = even.add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16));
                odd = odd.add(pair.lanewise(ASHR, 16));
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
                IntVector pair = ShortVector.fromArray(SHORTS, w, i)
                        .mul(ShortVector.fromArray(SHORTS, x, from + i))
                        .add(ShortVector.fromArray(SHORTS, w, i + UNIT)
                                .mul(ShortVector.fromArray(SHORTS, x, from + i + UNIT)))
                        .reinterpretAsInts();
                even = even.add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16));
                odd = odd.add(pair.lanewise(ASHR, 16));
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
                IntVector product = ShortVector.fromArray(SHORTS, w, u * UNIT)
                        .mul(ShortVector.fromArray(SHORTS, x, from + u * UNIT))
                        .reinterpretAsInts();
                acc = acc.add(product.lanewise(LSHL, 16).lanewise(ASHR, 16)
                        .add(product.lanewise(ASHR, 16)).mul(scales[u]));
            }
            sum = sum.add(acc.convertShape(VectorOperators.I2L, LONGS, 0))
                    .add(acc.convertShape(VectorOperators.I2L, LONGS, 1));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** With a scale for two units or more. */
    private static long dotGroups(short[] x, int from, int size, Scratch s, int unitsInGroup) {
        LongVector sum = LongVector.zero(LONGS);
        short[] w = s.weights;
        int groupSize = unitsInGroup * UNIT;
        for (int block = 0; block < size; block += GROUP_BLOCK * UNIT) {
            int blockEnd = Math.min(size, block + GROUP_BLOCK * UNIT);
            IntVector acc = IntVector.zero(INTS);
            for (int start = block; start < blockEnd; start += groupSize) {
                int end = Math.min(size, start + groupSize);
                IntVector group = IntVector.zero(INTS);
                for (int i = start; i < end; i += 2 * UNIT) {
                    IntVector pair = ShortVector.fromArray(SHORTS, w, i)
                            .mul(ShortVector.fromArray(SHORTS, x, from + i))
                            .add(ShortVector.fromArray(SHORTS, w, i + UNIT)
                                    .mul(ShortVector.fromArray(SHORTS, x, from + i + UNIT)))
                            .reinterpretAsInts();
                    group = group.add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(pair.lanewise(ASHR, 16));
                }
                acc = acc.add(group.mul(s.scales[start / groupSize]));
            }
            sum = sum.add(acc.convertShape(VectorOperators.I2L, LONGS, 0))
                    .add(acc.convertShape(VectorOperators.I2L, LONGS, 1));
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
        byte[] w = job.wgt;
        short[] x = job.lanes;
        int stride = job.rowBytes;
        int xAt = i * job.lanesStride + start;
        int at = job.weightAt + start * stride + col;
        int pairs = Math.min(job.k - start, BLOCK) / 2;
        IntVector even = IntVector.zero(INTS);
        IntVector odd = IntVector.zero(INTS);
        for (int j = 0; j < pairs; j++) {
            var w0 = (ShortVector) ByteVector.fromArray(BYTES, w, at)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            var w1 = (ShortVector) ByteVector.fromArray(BYTES, w, at + stride)
                    .convertShape(VectorOperators.B2S, SHORTS, 0);
            IntVector pair = w0.mul(x[xAt + 2 * j]).add(w1.mul(x[xAt + 2 * j + 1]))
                    .reinterpretAsInts();
            even = even.add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16));
            odd = odd.add(pair.lanewise(ASHR, 16));
            at += 2 * stride;
        }
        even.intoArray(evenTo, 0);
        odd.intoArray(oddTo, 0);
        if (start + BLOCK >= job.k && job.k % 2 == 1) {
            for (int c = 0; c < UNIT; c++) {
                int[] to = c % 2 == 0 ? evenTo : oddTo;
                to[c / 2] += x[xAt + 2 * pairs] * w[at + c];
            }
        }
    }
}
