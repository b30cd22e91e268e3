package dev.skein.sim.csd.flash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a page says of itself, out of band: 64 bytes, little-endian, with their own CRC32C. The
 * layout is in docs/csd.md.
 *
 * @param address logical address
 * @param valid tokens that are in it; bytes of a checkpoint's part
 * @param number of the program among all of the drive, increasing
 */
public record PageMeta(PageAddress address, int valid, long number) {
    /** Bytes out of band. */
    public static final int BYTES = 64;

    private static final int MAGIC = 0x31504b53;
    private static final int SUMMED = BYTES - Integer.BYTES;
    private static final int SHORT = 0xffff;

    /**
     * Where a page is and what its bytes sum to.
     *
     * @param page physical page number
     * @param epoch erase count of its block when it was programmed
     * @param sum CRC32C of its bytes
     */
    record Physical(int page, int epoch, int sum) {}

    /** With its place. */
    record Placed(PageMeta meta, Physical physical) {}

    byte[] encode(Physical at) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(address.kind().code()).putInt(at.epoch()).putInt(address.task())
                .putInt(address.sequence()).putShort((short) address.layer())
                .putShort((short) address.head()).putInt(address.index())
                .putShort((short) address.part()).putShort((short) 0).putInt(valid)
                .putInt(at.page()).putLong(number).putInt(at.sum()).putInt(0).putInt(0);
        return out.putInt(sum(out.array(), 0, SUMMED)).array();
    }

    /** Nothing if the sum or a field is not that of a page. */
    static Optional<Placed> decode(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != MAGIC || ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
                .getInt(from + SUMMED) != sum(bytes, from, SUMMED)) {
            return Optional.empty();
        }
        Optional<PageKind> kind = PageKind.of(in.getInt());
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        int epoch = in.getInt();
        int task = in.getInt();
        int sequence = in.getInt();
        int layer = in.getShort() & SHORT;
        int head = in.getShort() & SHORT;
        int index = in.getInt();
        int part = in.getShort() & SHORT;
        in.getShort();
        int valid = in.getInt();
        int page = in.getInt();
        long number = in.getLong();
        var address = new PageAddress(kind.get(), task, sequence, layer, head, index, part);
        return Optional.of(new Placed(new PageMeta(address, valid, number),
                new Physical(page, epoch, in.getInt())));
    }

    static int sum(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
