package dev.skein.sim.functional;

import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products of strips with the Vector API. The kept weights of a block are one row of 16 N
 * numbers; a byte shuffle brings each the x of its position, 16 at a time. All patterns keep an
 * even number of weights a row, so a 32-bit lane takes two products of the same row and always
 * belongs to one row of its pattern: sums stay in N vectors a pattern until the strip is over, or
 * until they could overflow. Group scales are multiplied to the pair sums.
 *
 * <p>Products of two int8 and their pair sums are exact in 16 bits unless both factors of both are
 * -128; a job with -128 in x, which QUANT never makes, goes to the scalar code.
 */
final class VectorStrips implements StripProducts {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorOperators.Binary LSHL = VectorOperators.LSHL;
    private static final VectorOperators.Binary ASHR = VectorOperators.ASHR;
    private static final SparsePattern[] PATTERNS = SparsePattern.values();
    private static final int ROWS = StripRows.ROWS;
    private static final int BLOCK = StripRows.BLOCK;
    private static final int LANES = INTS.length();

    /** Rows of x that share the unpacking of a block; their sums stay in the first-level cache. */
    private static final int CHUNK = 8;

    /**
     * Blocks after which sums are emptied: a lane gets two products of at most 127 * 128 a block,
     * times up to 255, so 2^8 blocks stay below 2^31. Without scales the longest strip does.
     */
    private static final int GROUP_BLOCKS = 1 << 8;

    private static final int WORKERS = 2;

    /** First lane of the sums of each pattern, and their number behind the last. */
    private static final int[] FIRST = first();

    /** For each lane of the sums of a pattern, its row. */
    private static final byte[][] ROW = rowOfLane();

    private final ScalarStrips scalar = new ScalarStrips();
    private final Scratch[] scratch = new Scratch[WORKERS];
    /** {@code [m, xStride]}: x with zeros up to whole blocks. */
    private byte[] x = new byte[0];
    private int xStride;
    private boolean low;

    /** Memory of one thread: a block unpacked, and the sums of a strip. */
    private static final class Scratch {
        final byte[] positions = new byte[ROWS * BLOCK + Positions.SLACK];
        final short[] weights = new short[ROWS * BLOCK];
        /** A group scale for each lane of each pattern, and the group they are of. */
        final int[] scales = new int[FIRST[PATTERNS.length]];
        final int[] scaled = new int[PATTERNS.length];
        final int[] sums = new int[CHUNK * FIRST[PATTERNS.length]];
    }

    VectorStrips() {
        Arrays.setAll(scratch, _ -> new Scratch());
    }

    private static int[] first() {
        int[] out = new int[PATTERNS.length + 1];
        for (int p = 0; p < PATTERNS.length; p++) {
            out[p + 1] = out[p] + ROWS * PATTERNS[p].kept() / 2;
        }
        return out;
    }

    private static byte[][] rowOfLane() {
        byte[][] out = new byte[PATTERNS.length][];
        for (int p = 0; p < PATTERNS.length; p++) {
            out[p] = new byte[FIRST[p + 1] - FIRST[p]];
            for (int lane = 0; lane < out[p].length; lane++) {
                out[p][lane] = (byte) (2 * lane / PATTERNS[p].kept());
            }
        }
        return out;
    }

    @Override
    public void prepare(StripJob job) {
        xStride = BLOCK * StripRows.blocks(job.k);
        if (x.length < job.m * xStride) {
            x = new byte[job.m * xStride];
        }
        int least = 0;
        for (int i = 0; i < job.m; i++) {
            int at = i * xStride;
            System.arraycopy(job.act, job.actAt + i * job.actStride, x, at, job.k);
            Arrays.fill(x, at + job.k, at + xStride, (byte) 0);
            for (int j = at; j < at + xStride; j++) {
                least = Math.min(least, x[j]);
            }
        }
        low = least == Byte.MIN_VALUE;
    }

    @Override
    public void strips(StripJob job, int from, int to, int worker) {
        if (low) {
            scalar.strips(job, from, to, worker);
            return;
        }
        for (int strip = from; strip < to; strip++) {
            for (int i = 0; i < job.m; i += CHUNK) {
                if (!strip(job, strip, i, Math.min(CHUNK, job.m - i), scratch[worker])) {
                    // finds the same again, in words
                    scalar.strips(job, strip, strip + 1, worker);
                    throw new IllegalStateException("strip " + strip + ": positions do not suit"
                            + " a pattern");
                }
            }
        }
    }

    /** A strip with {@code count} rows of x from row {@code i} on; false if it is no strip. */
    private boolean strip(StripJob job, int strip, int i, int count, Scratch s) {
        byte[] wgt = job.wgt;
        int at = job.weightAt + strip * job.stripBytes;
        int blocks = StripRows.blocks(job.k);
        int scalesAt = at + blocks + job.payloadBytes[strip];
        Arrays.fill(s.sums, 0);
        Arrays.fill(s.scaled, -1);
        int payload = at + blocks;
        int used = 0;
        for (int b = 0; b < blocks; b++) {
            BlockClass type = BlockClass.of(wgt[at + b] & 0xff);
            SparsePattern pattern = type.pattern();
            int p = pattern.code();
            if (!Positions.expand(pattern, wgt, payload, s.positions)) {
                return false;
            }
            RowUnpacker.unpackInOrder(type.bits(), wgt, payload + type.indexBytes(),
                    pattern.kept(), s.weights);
            payload += type.bytes();
            used |= 1 << p;
            if (job.group == 0) {
                block(pattern, i * xStride + BLOCK * b, count, s);
            } else {
                int group = BLOCK * b / job.groupSize;
                if (s.scaled[p] != group) {
                    s.scaled[p] = group;
                    spread(wgt, scalesAt + ROWS * group, p, s.scales);
                }
                scaledBlock(pattern, i * xStride + BLOCK * b, count, s);
                if (b % GROUP_BLOCKS == GROUP_BLOCKS - 1) {
                    empty(job, strip, i, count, used, s);
                }
            }
        }
        empty(job, strip, i, count, used, s);
        return true;
    }

    private static void spread(byte[] wgt, int at, int p, int[] scales) {
        byte[] row = ROW[p];
        for (int lane = 0; lane < row.length; lane++) {
            scales[FIRST[p] + lane] = wgt[at + row[lane]] & 0xff;
        }
    }

    private void block(SparsePattern pattern, int xAt, int count, Scratch s) {
        for (int i = 0; i < count; i++) {
            int sums = i * FIRST[PATTERNS.length] + FIRST[pattern.code()];
            if (pattern == SparsePattern.N16) {
                dense(x, xAt + i * xStride, s.weights, s.sums, sums);
            } else {
                gather(x, xAt + i * xStride, s.positions, s.weights, pattern.kept(), s.sums,
                        sums);
            }
        }
    }

    /** Each row has its own vector, and x is taken as it is. */
    private static void dense(byte[] x, int xAt, short[] w, int[] sums, int sumsAt) {
        var all = (ShortVector) ByteVector.fromArray(BYTES, x, xAt)
                .convertShape(VectorOperators.B2S, SHORTS, 0);
        for (int v = 0; v < BLOCK; v++) {
            IntVector pair = ShortVector.fromArray(SHORTS, w, BLOCK * v).mul(all)
                    .reinterpretAsInts();
            IntVector.fromArray(INTS, sums, sumsAt + LANES * v)
                    .add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(pair.lanewise(ASHR, 16))
                    .intoArray(sums, sumsAt + LANES * v);
        }
    }

    private static void gather(byte[] x, int xAt, byte[] positions, short[] w, int vectors,
            int[] sums, int sumsAt) {
        ByteVector all = ByteVector.fromArray(BYTES, x, xAt);
        for (int v = 0; v < vectors; v++) {
            var gathered = (ShortVector) ByteVector.fromArray(BYTES, positions, BLOCK * v)
                    .selectFrom(all).convertShape(VectorOperators.B2S, SHORTS, 0);
            IntVector pair = ShortVector.fromArray(SHORTS, w, BLOCK * v).mul(gathered)
                    .reinterpretAsInts();
            IntVector.fromArray(INTS, sums, sumsAt + LANES * v)
                    .add(pair.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(pair.lanewise(ASHR, 16))
                    .intoArray(sums, sumsAt + LANES * v);
        }
    }

    private void scaledBlock(SparsePattern pattern, int xAt, int count, Scratch s) {
        int first = FIRST[pattern.code()];
        for (int i = 0; i < count; i++) {
            int sums = i * FIRST[PATTERNS.length] + first;
            if (pattern == SparsePattern.N16) {
                scaledDense(x, xAt + i * xStride, s.weights, s.scales, first, s.sums, sums);
            } else {
                scaledGather(x, xAt + i * xStride, s, pattern.kept(), first, sums);
            }
        }
    }

    private static void scaledDense(byte[] x, int xAt, short[] w, int[] scales, int scalesAt,
            int[] sums, int sumsAt) {
        var all = (ShortVector) ByteVector.fromArray(BYTES, x, xAt)
                .convertShape(VectorOperators.B2S, SHORTS, 0);
        for (int v = 0; v < BLOCK; v++) {
            IntVector pair = ShortVector.fromArray(SHORTS, w, BLOCK * v).mul(all)
                    .reinterpretAsInts();
            pair.lanewise(LSHL, 16).lanewise(ASHR, 16).add(pair.lanewise(ASHR, 16))
                    .mul(IntVector.fromArray(INTS, scales, scalesAt + LANES * v))
                    .add(IntVector.fromArray(INTS, sums, sumsAt + LANES * v))
                    .intoArray(sums, sumsAt + LANES * v);
        }
    }

    private static void scaledGather(byte[] x, int xAt, Scratch s, int vectors, int scalesAt,
            int sumsAt) {
        ByteVector all = ByteVector.fromArray(BYTES, x, xAt);
        byte[] positions = s.positions;
        short[] w = s.weights;
        int[] scales = s.scales;
        int[] sums = s.sums;
        for (int v = 0; v < vectors; v++) {
            var gathered = (ShortVector) ByteVector.fromArray(BYTES, positions, BLOCK * v)
                    .selectFrom(all).convertShape(VectorOperators.B2S, SHORTS, 0);
            IntVector pair = ShortVector.fromArray(SHORTS, w, BLOCK * v).mul(gathered)
                    .reinterpretAsInts();
            pair.lanewise(LSHL, 16).lanewise(ASHR, 16).add(pair.lanewise(ASHR, 16))
                    .mul(IntVector.fromArray(INTS, scales, scalesAt + LANES * v))
                    .add(IntVector.fromArray(INTS, sums, sumsAt + LANES * v))
                    .intoArray(sums, sumsAt + LANES * v);
        }
    }

    /** Adds the sums of the used patterns to those of the job and clears them. */
    private static void empty(StripJob job, int strip, int i, int count, int used, Scratch s) {
        int rows = Math.min(ROWS, job.n - ROWS * strip);
        long[] total = new long[ROWS];
        for (int j = 0; j < count; j++) {
            Arrays.fill(total, 0);
            for (int rest = used; rest != 0; rest &= rest - 1) {
                int p = Integer.numberOfTrailingZeros(rest);
                int at = j * FIRST[PATTERNS.length] + FIRST[p];
                byte[] row = ROW[p];
                for (int lane = 0; lane < row.length; lane++) {
                    total[row[lane]] += s.sums[at + lane];
                }
            }
            for (int row = 0; row < rows; row++) {
                job.sums[(i + j) * job.n + ROWS * strip + row] += total[row];
            }
        }
        Arrays.fill(s.sums, 0);
    }
}
