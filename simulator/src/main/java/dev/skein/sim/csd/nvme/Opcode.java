package dev.skein.sim.csd.nvme;

import java.util.Optional;

/**
 * Command codes. The two low bits are the direction of data, as NVMe has it: none, to the drive, to
 * the host, both. Those from 0x80 are for vendors.
 */
public enum Opcode {
    /** NVMe Flush. */
    FLUSH(0x00),
    /** NVMe Write with a custom address. */
    WRITE(0x01),
    /** NVMe Read with a custom address. */
    READ(0x02),
    /** Erase what is stale. */
    RECLAIM(0x80),
    /** Attention. */
    ATTEND(0x83),
    /** Tasks: a function in DWord 15. */
    CONFIG(0x84);

    private static final int DIRECTION = 3;

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    /** As in DWord 0. */
    public int code() {
        return code;
    }

    boolean hasData() {
        return (code & DIRECTION) != 0;
    }

    boolean toDrive() {
        return (code & 1) != 0;
    }

    /** The command of a code. */
    public static Optional<Opcode> of(int code) {
        for (Opcode o : values()) {
            if (o.code == code) {
                return Optional.of(o);
            }
        }
        return Optional.empty();
    }
}
