package dev.skein.sim.csd.nvme;

import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.Attention;
import dev.skein.sim.csd.HeadId;
import dev.skein.sim.csd.TaskShape;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An entry of a submission queue: a command with its number and its data block.
 *
 * @param command what to do
 * @param id of the command, 16 bits, back in the completion
 * @param address of the data in the host, any
 * @param length of the data, bytes; 0 for commands without
 */
public record Entry(DriveCommand command, int id, long address, int length) {
    /** Bytes of an entry. */
    public static final int BYTES = 64;

    private static final int NAMESPACE = 1;
    private static final int SGL = 1 << 14;
    private static final int CREATE = 0;
    private static final int DROP = 1;
    private static final int TOKENS = 2;
    private static final int SHORT = 0xffff;

    /** Operands of a command: DWord 2 and DWords 10 to 15. */
    private record Operands(Opcode opcode, int d2, int... from10) {}

    /** The bytes, little-endian. */
    public byte[] encode() {
        Operands o = operands(command);
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(o.opcode().code() | (o.opcode().hasData() ? SGL : 0) | id << 16)
                .putInt(NAMESPACE).putInt(o.d2()).putInt(0).putLong(0)
                .putLong(address).putInt(length).putInt(0);
        for (int d : o.from10()) {
            out.putInt(d);
        }
        return out.array();
    }

    private static Operands operands(DriveCommand command) {
        return switch (command) {
            case DriveCommand.Flush _ -> new Operands(Opcode.FLUSH, 0);
            case DriveCommand.Reclaim _ -> new Operands(Opcode.RECLAIM, 0);
            case DriveCommand.Write(Append a) -> new Operands(Opcode.WRITE, 0, a.task(),
                    a.sequence(), a.layer(), a.firstToken(), a.tokens());
            case DriveCommand.Read r -> new Operands(Opcode.READ, 0, r.head().task(),
                    r.head().sequence(), pair(r.head().layer(), r.head().head()), r.firstToken(),
                    r.tokens(), r.values() ? 1 : 0);
            case DriveCommand.Attend(Attention a) -> new Operands(Opcode.ATTEND,
                    a.sparf().channels(), a.task(), a.sequence(), pair(a.layer(), a.firstHead()),
                    pair(a.heads(), a.queryHeads()), a.sparf().tokens(), a.sparf().local());
            case DriveCommand.Create(int task, TaskShape s) -> new Operands(Opcode.CONFIG, 0, task,
                    s.sequences(), pair(s.layers(), s.kvHeads()),
                    pair(s.headDim(), s.pageChannels()), 0, CREATE);
            case DriveCommand.Drop(int task) -> new Operands(Opcode.CONFIG, 0, task, 0, 0, 0, 0,
                    DROP);
            case DriveCommand.Tokens t -> new Operands(Opcode.CONFIG, 0, t.task(), t.sequence(),
                    t.layer(), 0, 0, TOKENS);
        };
    }

    private static int pair(int low, int high) {
        return low | high << 16;
    }

    /**
     * Reads an entry.
     *
     * @throws DriveException with what is wrong with it: every bit that no command of its kind
     *     uses has to be 0
     */
    public static Entry decode(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new DriveException(Status.INVALID_LENGTH, "a command of " + bytes.length
                    + " bytes; " + BYTES);
        }
        int[] d = new int[BYTES / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(d);
        Opcode opcode = Opcode.of(d[0] & 0xff).orElseThrow(() -> new DriveException(
                Status.INVALID_OPCODE, "command code 0x%02x".formatted(d[0] & 0xff)));
        int flags = d[0] & 0xff00;
        if (flags != (opcode.hasData() ? SGL : 0)) {
            throw invalid(0, flags, opcode.hasData() ? "a data block, not fused" : "no data");
        }
        require(1, d[1], NAMESPACE);
        require(3, d[3], 0);
        require(4, d[4], 0);
        require(5, d[5], 0);
        require(9, d[9], 0);
        if (opcode != Opcode.ATTEND) {
            require(2, d[2], 0);
        }
        if (!opcode.hasData()) {
            require(6, d[6], 0);
            require(7, d[7], 0);
            require(8, d[8], 0);
        } else if (d[8] < 1) {
            throw invalid(8, d[8], "the length of the data, 1 to 2^31 - 1");
        }
        long address = d[6] & 0xffff_ffffL | (long) d[7] << 32;
        try {
            return new Entry(command(opcode, d), d[0] >>> 16, address, d[8]);
        } catch (IllegalArgumentException e) {
            throw new DriveException(Status.INVALID_FIELD, opcode + ": " + e.getMessage());
        }
    }

    private static DriveCommand command(Opcode opcode, int[] d) {
        return switch (opcode) {
            case FLUSH -> {
                requireUnused(d, 10);
                yield new DriveCommand.Flush();
            }
            case RECLAIM -> {
                requireUnused(d, 10);
                yield new DriveCommand.Reclaim();
            }
            case WRITE -> {
                require(15, d[15], 0);
                yield new DriveCommand.Write(new Append(d[10], d[11], layer(d[12]),
                        notNegative(13, d[13]), notNegative(14, d[14])));
            }
            case READ -> {
                if (d[15] != 0 && d[15] != 1) {
                    throw invalid(15, d[15], "0 for keys, 1 for values");
                }
                yield new DriveCommand.Read(new HeadId(d[10], d[11], d[12] & SHORT,
                        d[12] >>> 16), d[15] == 1, notNegative(13, d[13]),
                        notNegative(14, d[14]));
            }
            case ATTEND -> new DriveCommand.Attend(new Attention(d[10], d[11], d[12] & SHORT,
                    d[12] >>> 16, d[13] & SHORT, d[13] >>> 16,
                    new Sparf(d[2], d[14], d[15])));
            case CONFIG -> config(d);
        };
    }

    private static DriveCommand config(int[] d) {
        require(14, d[14], 0);
        return switch (d[15]) {
            case CREATE -> new DriveCommand.Create(d[10], new TaskShape(d[11], d[12] & SHORT,
                    d[12] >>> 16, d[13] & SHORT, d[13] >>> 16));
            case DROP -> {
                require(11, d[11], 0);
                require(12, d[12], 0);
                require(13, d[13], 0);
                yield new DriveCommand.Drop(d[10]);
            }
            case TOKENS -> {
                require(13, d[13], 0);
                yield new DriveCommand.Tokens(d[10], d[11], layer(d[12]));
            }
            default -> throw invalid(15, d[15], "0 create, 1 drop, 2 tokens");
        };
    }

    private static int layer(int word) {
        if ((word & ~SHORT) != 0) {
            throw invalid(12, word, "a layer in the low 16 bits");
        }
        return word;
    }

    private static int notNegative(int word, int value) {
        if (value < 0) {
            throw invalid(word, value, "0 to 2^31 - 1");
        }
        return value;
    }

    private static void requireUnused(int[] d, int from) {
        for (int i = from; i < d.length; i++) {
            require(i, d[i], 0);
        }
    }

    private static void require(int word, int found, int allowed) {
        if (found != allowed) {
            throw invalid(word, found, "" + allowed);
        }
    }

    private static DriveException invalid(int word, int found, String allowed) {
        return new DriveException(Status.INVALID_FIELD, "DWord " + word
                + " is 0x%08x; allowed: ".formatted(found) + allowed);
    }
}
