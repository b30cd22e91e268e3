package dev.skein.sim.csd.nvme;

import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An entry of a completion queue.
 *
 * @param id of the command
 * @param status how it ended
 * @param result tokens or blocks, where a command says so; else 0
 */
public record Completion(int id, Status status, int result) {
    /** Bytes of an entry. */
    public static final int BYTES = 16;

    /** Status code type of vendors; that of NVMe's own success is 0. */
    private static final int VENDOR = 7;

    private static final int CODE_SHIFT = 17;
    private static final int TYPE_SHIFT = 25;

    /** The bytes, little-endian. */
    public byte[] encode() {
        int type = status == Status.SUCCESS ? 0 : VENDOR;
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(result).putInt(0)
                .putInt(0).putInt(id | status.code() << CODE_SHIFT | type << TYPE_SHIFT).array();
    }

    /**
     * Reads an entry.
     *
     * @throws DriveException if a bit is set that none has, or the status is unknown
     */
    public static Completion decode(byte[] bytes) {
        if (bytes.length == BYTES) {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int result = in.getInt();
            in.getLong();
            int last = in.getInt();
            var status = Status.of(last >>> CODE_SHIFT & 0xff);
            if (status.isPresent()) {
                var read = new Completion(last & 0xffff, status.get(), result);
                if (Arrays.equals(read.encode(), bytes)) {
                    return read;
                }
            }
        }
        throw new DriveException(Status.INVALID_FIELD, "no completion of " + BYTES
                + " bytes with a known status: "
                + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, BYTES)));
    }
}
