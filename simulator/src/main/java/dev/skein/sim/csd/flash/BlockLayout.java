package dev.skein.sim.csd.flash;

import dev.skein.hls.board.drive.Flash;

/**
 * Where things lie in the file of a flash channel: block after block, of each a header, the
 * out-of-band bytes of its pages, the pages. Blocks of one number in all planes are neighbours, so
 * that a drive that is not full has short files.
 *
 * @param geometry of the array
 */
public record BlockLayout(Flash.Geometry geometry) {
    /** Bytes of the header: records of erases and of a bad block. */
    static final int HEADER_BYTES = 512;

    private static final int ALIGN = 4096;

    /** Blocks of a channel. */
    public int blocksPerChannel() {
        return geometry.planesPerChannel() * geometry.blocksPerPlane();
    }

    /** Blocks of the drive. */
    public int blocks() {
        return geometry.channels() * blocksPerChannel();
    }

    /** The flash channel of a block. */
    public int channel(int block) {
        return block / blocksPerChannel();
    }

    /** The die of a block in its channel. */
    public int die(int block) {
        return block % blocksPerChannel() % geometry.planesPerChannel() / geometry.planesPerDie();
    }

    /** The block of a physical page. */
    public int block(int page) {
        return page / geometry.pagesPerBlock();
    }

    int tableBytes() {
        return geometry.pagesPerBlock() * PageMeta.BYTES;
    }

    private long dataOffset() {
        return Math.ceilDiv((long) HEADER_BYTES + tableBytes(), ALIGN) * (long) ALIGN;
    }

    private long blockBytes() {
        return dataOffset() + (long) geometry.pagesPerBlock() * geometry.pageBytes();
    }

    long header(int block) {
        return block % blocksPerChannel() * blockBytes();
    }

    long meta(int page) {
        return header(block(page)) + HEADER_BYTES
                + (long) (page % geometry.pagesPerBlock()) * PageMeta.BYTES;
    }

    /** Where the bytes of a page begin in the file of its channel. */
    public long data(int page) {
        return header(block(page)) + dataOffset()
                + (long) (page % geometry.pagesPerBlock()) * geometry.pageBytes();
    }

    /** Where a page is, for messages. */
    public String text(int page) {
        int block = block(page);
        int inChannel = block % blocksPerChannel();
        int plane = inChannel % geometry.planesPerChannel();
        return "channel " + channel(block) + " die " + die(block) + " plane "
                + plane % geometry.planesPerDie() + " block "
                + inChannel / geometry.planesPerChannel() + " page "
                + page % geometry.pagesPerBlock();
    }
}
