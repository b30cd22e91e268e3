package dev.skein.sim.csd.nvme;

import dev.skein.hls.number.Half;
import dev.skein.sim.csd.CsdDrive;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Takes commands as bytes and gives completions as bytes. */
public final class Controller {
    private static final byte[] NOTHING = {};
    private static final int ID_OFFSET = 2;

    private final CsdDrive drive;

    /** Before a drive. */
    public Controller(CsdDrive drive) {
        this.drive = drive;
    }

    /**
     * What comes back of a command.
     *
     * @param completion its 16 bytes
     * @param data to the host
     * @param message what a log would say about a failure; empty after success
     */
    public record Reply(byte[] completion, byte[] data, String message) {}

    private record Done(int result, byte[] data) {}

    /**
     * Does a command.
     *
     * @param entry 64 bytes
     * @param data to the drive
     * @throws DriveException only if no completion comes: {@link Status#POWER_LOST}, {@link
     *     Status#REMOVED}, {@link Status#COMPLETION_LOST}
     */
    public Reply submit(byte[] entry, byte[] data) {
        int id = entry.length < Integer.BYTES ? 0 : ByteBuffer.wrap(entry)
                .order(ByteOrder.LITTLE_ENDIAN).getShort(ID_OFFSET) & 0xffff;
        try {
            Entry decoded = Entry.decode(entry);
            Done done = run(decoded, data);
            return new Reply(new Completion(id, Status.SUCCESS, done.result()).encode(),
                    done.data(), "");
        } catch (DriveException e) {
            if (isSilent(e.status())) {
                throw e;
            }
            return new Reply(new Completion(id, e.status(), 0).encode(), NOTHING, e.getMessage());
        }
    }

    private static boolean isSilent(Status status) {
        return status == Status.POWER_LOST || status == Status.REMOVED
                || status == Status.COMPLETION_LOST;
    }

    private Done run(Entry entry, byte[] data) {
        int toDrive = Opcode.of(entry.encode()[0] & 0xff).filter(Opcode::toDrive)
                .map(o -> entry.length()).orElse(0);
        if (data.length != toDrive) {
            throw new DriveException(Status.INVALID_LENGTH, data.length
                    + " bytes of data came; the command says " + toDrive);
        }
        return switch (entry.command()) {
            case DriveCommand.Flush _ -> {
                drive.flush();
                yield new Done(0, NOTHING);
            }
            case DriveCommand.Reclaim _ -> new Done(drive.reclaim(), NOTHING);
            case DriveCommand.Create(var task, var shape) -> {
                drive.createTask(task, shape);
                yield new Done(0, NOTHING);
            }
            case DriveCommand.Drop(var task) -> {
                drive.dropTask(task);
                yield new Done(0, NOTHING);
            }
            case DriveCommand.Tokens t ->
                    new Done(drive.tokens(t.task(), t.sequence(), t.layer()), NOTHING);
            case DriveCommand.Write(var append) -> {
                short[] both = shorts(data);
                int half = both.length / 2;
                drive.append(append, Arrays.copyOf(both, half),
                        Arrays.copyOfRange(both, half, both.length));
                yield new Done(0, NOTHING);
            }
            case DriveCommand.Read r -> read(r, entry.length());
            case DriveCommand.Attend(var attention) ->
                    new Done(0, bytes(drive.attend(attention, shorts(data)).outputs()));
        };
    }

    private Done read(DriveCommand.Read r, int length) {
        long expected = (long) r.tokens() * drive.shape(r.head().task()).headDim() * Half.BYTES;
        if (length != expected) {
            throw new DriveException(Status.INVALID_LENGTH, "room for " + length
                    + " bytes; these are " + expected);
        }
        return new Done(0, bytes(drive.read(r.head(), r.values(), r.firstToken(), r.tokens())));
    }

    private static short[] shorts(byte[] data) {
        if (data.length % Half.BYTES != 0) {
            throw new DriveException(Status.INVALID_LENGTH, data.length
                    + " bytes; binary16 numbers have two each");
        }
        short[] out = new short[data.length / Half.BYTES];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(out);
        return out;
    }

    private static byte[] bytes(short[] numbers) {
        byte[] out = new byte[numbers.length * Half.BYTES];
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(numbers);
        return out;
    }
}
