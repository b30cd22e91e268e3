package dev.skein.sim.csd.fault;

import java.util.Optional;

/** How a command ended: the status field of its completion. Anything but success names a cause. */
public enum Status {
    /** Done, all of it. */
    SUCCESS(0x00),
    /** No such command code. */
    INVALID_OPCODE(0x01),
    /** A field has a value that no command of its kind has, or a reserved bit is set. */
    INVALID_FIELD(0x02),
    /** The data that came with the command are not as long as the command says. */
    INVALID_LENGTH(0x03),
    /** No task of that number. */
    NO_SUCH_TASK(0x04),
    /** A sequence, layer, head or token that the task does not have. */
    OUT_OF_RANGE(0x05),
    /** Tokens have to be written in order; these do not follow the last one. */
    OUT_OF_ORDER(0x06),
    /** A key, value or query is NaN or infinite. */
    NOT_FINITE(0x07),
    /** A task of that number exists. */
    TASK_EXISTS(0x08),
    /** Too few blocks are left for this and for a flush after it; nothing was changed. */
    NO_SPACE(0x09),
    /** Error correction gave a page up; what is on it is lost. */
    UNCORRECTABLE(0x20),
    /** A page that the tables name is not there, or is another one. */
    LOST_PAGE(0x21),
    /** A die answers to nothing. */
    DIE_FAILED(0x22),
    /** No good block is left to write a page to. */
    WRITE_FAULT(0x23),
    /** No checkpoint of the tables can be read although there was one. */
    LOST_CHECKPOINT(0x24),
    /** An earlier command failed half-way: reads and writes have to wait for a recovery. */
    NEEDS_RECOVERY(0x25),
    /** The drive's files do not allow what was asked of them. */
    FILE_ERROR(0x26),
    /** Power went. */
    POWER_LOST(0x30),
    /** The drive does not answer: it was pulled. */
    REMOVED(0x31),
    /** The completion did not arrive; the host does not know whether the command was done. */
    COMPLETION_LOST(0x32);

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /** As in a completion, 0 to 255. */
    public int code() {
        return code;
    }

    /** The status of a code. */
    public static Optional<Status> of(int code) {
        for (Status s : values()) {
            if (s.code == code) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }
}
