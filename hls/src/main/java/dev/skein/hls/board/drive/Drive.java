package dev.skein.hls.board.drive;

import java.util.Optional;

/**
 * A drive.
 *
 * @param name what the file calls it
 * @param description one line
 * @param flash the array
 * @param link PCIe and NVMe
 * @param memory DRAM and the tables in it
 * @param engine absent in a drive that only stores
 */
public record Drive(String name, String description, Flash flash, Link link, Memory memory,
        Optional<Engine> engine) {

    /**
     * DRAM of the drive: group buffers, tables, pages on their way.
     *
     * @param capacityBytes of it
     * @param passGBps bytes that can be written and read once each
     * @param lookupPicos translation of one page address, in a pipeline
     */
    public record Memory(long capacityBytes, double passGBps, long lookupPicos) {
        /** So many bytes through the DRAM. */
        public long passPicos(long bytes) {
            return Picos.ofBytes(bytes, passGBps);
        }
    }

    /** The same drive with another array. */
    public Drive withFlash(Flash other) {
        return new Drive(name, description, other, link, memory, engine);
    }

    /** The same drive at another link. */
    public Drive withLink(Link other) {
        return new Drive(name, description, flash, other, memory, engine);
    }
}
