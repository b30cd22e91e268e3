package dev.skein.sim.csd.flash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records in the header of a block: an erase was begun, was done, the block is bad. */
enum BlockRecord {
    BEGUN(0),
    DONE(128),
    BAD(256);

    static final int BYTES = 20;

    private static final int MAGIC = 0x31424b53;
    private static final int SUMMED = BYTES - Integer.BYTES;

    private final int offset;

    BlockRecord(int offset) {
        this.offset = offset;
    }

    int offset() {
        return offset;
    }

    byte[] encode(int block, int epoch) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(offset).putInt(block).putInt(epoch);
        return out.putInt(PageMeta.sum(out.array(), 0, SUMMED)).array();
    }

    /** The erase count in a block's header: 0 if nothing was ever written, -1 if damaged. */
    int decode(byte[] header, int block) {
        ByteBuffer in = ByteBuffer.wrap(header, offset, BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boolean blank = true;
        for (int i = 0; i < BYTES; i++) {
            blank &= header[offset + i] == 0;
        }
        if (blank) {
            return 0;
        }
        boolean good = in.getInt() == MAGIC && in.getInt() == offset && in.getInt() == block;
        int epoch = in.getInt();
        return good && epoch >= 1 && in.getInt() == PageMeta.sum(header, offset, SUMMED)
                ? epoch : -1;
    }
}
