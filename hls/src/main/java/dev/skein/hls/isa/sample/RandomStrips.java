package dev.skein.hls.isa.sample;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Tiles of strips for random programs. Formats and places are the same for all programs, so that a
 * program and the memory it finds need not know each other; every pattern occurs with every width.
 * Contents come from a seed.
 */
final class RandomStrips {
    /** int8 at the ends of their range, to be loaded as activations. */
    static final int EXTREMES_BYTES = 2 << 10;

    private static final List<BlockClass> CLASSES = classes();
    private static final List<Tile> TILES = tiles();

    /** Keeps results in the range of the other numbers of random programs. */
    private static final float ROW_SCALE = 0x1p-20f;

    /** Bytes of the region that holds {@link #EXTREMES_BYTES} of extremes, then the tiles. */
    static final int BYTES = PackedRows.align16(
            Math.toIntExact(TILES.getLast().offset() + TILES.getLast().bytes()));

    private RandomStrips() {}

    /**
     * Where a tile lies and what it consists of.
     *
     * @param offset in the region
     * @param n rows
     * @param k columns
     * @param group group code
     * @param biased whether biases follow the scales
     * @param blocks the classes of every strip, which has them in an order of its own
     */
    record Tile(long offset, int n, int k, int group, boolean biased, List<BlockClass> blocks) {

        int stripBytes() {
            return StripRows.stripBytes(blocks, group);
        }

        int steps() {
            return StripRows.steps(blocks);
        }

        int bytes() {
            return Math.toIntExact(StripRows.tileBytes(n, stripBytes(), biased));
        }
    }

    /** One of the tiles. */
    static Tile any(SplittableRandom random) {
        return TILES.get(random.nextInt(TILES.size()));
    }

    private static List<BlockClass> classes() {
        var out = new ArrayList<BlockClass>();
        for (SparsePattern p : SparsePattern.values()) {
            for (WeightBits b : WeightBits.values()) {
                out.add(new BlockClass(p, b));
            }
        }
        return List.copyOf(out);
    }

    private static List<Tile> tiles() {
        var random = new SplittableRandom(16);
        var out = new ArrayList<Tile>();
        long offset = EXTREMES_BYTES;
        for (int i = 0; i < 2 * CLASSES.size(); i++) {
            var blocks = new ArrayList<BlockClass>();
            blocks.add(CLASSES.get(i % CLASSES.size()));
            for (int more = random.nextInt(5); more > 0; more--) {
                blocks.add(CLASSES.get(random.nextInt(CLASSES.size())));
            }
            int k = StripRows.BLOCK * blocks.size()
                    - (random.nextBoolean() ? random.nextInt(StripRows.BLOCK) : 0);
            var tile = new Tile(offset, 1 + random.nextInt(40), k, random.nextInt(4),
                    random.nextBoolean(), List.copyOf(blocks));
            out.add(tile);
            offset = (offset + tile.bytes() + 63) & -64L;
        }
        return List.copyOf(out);
    }

    /** Fills a little-endian region of {@link #BYTES}. */
    static void fill(ByteBuffer region, SplittableRandom random) {
        byte[] extremes = {-128, -127, 0, 1, 127};
        for (int i = 0; i < EXTREMES_BYTES; i++) {
            // long runs of the least two, so that sums become large; no binary32 becomes a NaN
            int choices = i / 256 % 2 == 0 ? 2 : i % 4 == 3 ? 4 : 5;
            region.put(i, extremes[random.nextInt(choices)]);
        }
        for (Tile tile : TILES) {
            for (int s = 0; s < StripRows.strips(tile.n()); s++) {
                region.position(Math.toIntExact(tile.offset() + (long) s * tile.stripBytes()));
                strip(region, tile, random);
            }
            region.position(Math.toIntExact(tile.offset()
                    + StripRows.scaleOffset(tile.n(), tile.stripBytes())));
            for (int i = 0; i < (tile.biased() ? 2 : 1) * tile.n(); i++) {
                region.putFloat((float) random.nextDouble(-1, 1) * ROW_SCALE);
            }
        }
    }

    /** Any bits that are a strip, not only what packing makes of weights. */
    private static void strip(ByteBuffer to, Tile tile, SplittableRandom random) {
        var blocks = new ArrayList<>(tile.blocks());
        Collections.shuffle(blocks, new Random(random.nextLong()));
        blocks.forEach(b -> to.put((byte) b.code()));
        for (BlockClass b : blocks) {
            for (int row = 0; row < StripRows.ROWS; row++) {
                positions(to, b.pattern(), random);
            }
            weights(to, b, random);
        }
        int scales = StripRows.groupBytes(tile.group(), tile.k());
        boolean largest = random.nextInt(4) == 0;
        for (int i = 0; i < scales; i++) {
            to.put((byte) (largest ? 255 : random.nextInt(256)));
        }
    }

    private static void positions(ByteBuffer to, SparsePattern pattern, SplittableRandom random) {
        int mask = 0;
        while (Integer.bitCount(mask) < pattern.kept()) {
            mask |= 1 << random.nextInt(StripRows.BLOCK);
        }
        switch (pattern) {
            case N0, N16 -> { }
            case N2 -> to.put((byte) (Integer.numberOfTrailingZeros(mask)
                    | 31 - Integer.numberOfLeadingZeros(mask) << 4));
            case N4, N8, N12 -> to.putShort((short) mask);
        }
    }

    /** Random fields, or all the least or all the largest number. */
    private static void weights(ByteBuffer to, BlockClass b, SplittableRandom random) {
        int kind = random.nextInt(4);
        int bits = b.bits().bits();
        for (int i = 0; i < b.bytes() - b.indexBytes(); i++) {
            int value = random.nextInt(256);
            if (kind < 2) {
                int signs = 0;
                for (int bit = 0; bit < 8; bit++) {
                    signs |= (8 * i + bit) % bits == bits - 1 ? 1 << bit : 0;
                }
                value = kind == 0 ? signs : ~signs;
            }
            to.put((byte) value);
        }
    }
}
