package dev.skein.sim.csd;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What makes a prefix of the writes durable: how many tokens each sequence has, and which pages
 * count. Tables of pages are not in it, since a scan finds them.
 *
 * @param number of the checkpoint, never used again even if it was torn
 * @param lastPage number of the last program that counts
 * @param writes write commands acknowledged, all of them in it
 * @param nextSerial of tasks
 * @param tasks that exist
 */
record Checkpoint(int number, long lastPage, long writes, int nextSerial, List<Task> tasks) {
    private static final int MAGIC = 0x31434b53;
    private static final int HEADER_BYTES = 5 * Integer.BYTES + 2 * Long.BYTES;
    private static final int TASK_INTS = 7;

    /**
     * A task in it.
     *
     * @param tokens {@code [sequences, layers]}
     */
    record Task(int id, int serial, TaskShape shape, int[] tokens) {
        static Task of(TaskTables t) {
            return new Task(t.id(), t.serial(), t.shape(), t.allTokens());
        }
    }

    /** Bytes that a checkpoint of so many tasks with so many counts takes. */
    static long bytes(int tasks, long counts) {
        return HEADER_BYTES + Integer.BYTES * ((long) TASK_INTS * tasks + counts + 1);
    }

    private long bytes() {
        return bytes(tasks.size(), tasks.stream().mapToLong(t -> t.tokens().length).sum());
    }

    /** The bytes; their length first, their CRC32C last. */
    byte[] encode() {
        int bytes = Math.toIntExact(bytes());
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(bytes).putInt(number).putLong(lastPage).putLong(writes)
                .putInt(nextSerial).putInt(tasks.size());
        for (Task t : tasks) {
            TaskShape s = t.shape();
            out.putInt(t.id()).putInt(t.serial()).putInt(s.sequences()).putInt(s.layers())
                    .putInt(s.kvHeads()).putInt(s.headDim()).putInt(s.pageChannels());
            for (int count : t.tokens()) {
                out.putInt(count);
            }
        }
        return out.putInt(sum(out.array(), out.position())).array();
    }

    private static int sum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Nothing if the bytes are not those of a checkpoint. */
    static Optional<Checkpoint> decode(byte[] bytes) {
        try {
            return checked(bytes);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Checkpoint> checked(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != MAGIC || in.getInt() != bytes.length
                || in.getInt(bytes.length - Integer.BYTES)
                != sum(bytes, bytes.length - Integer.BYTES)) {
            return Optional.empty();
        }
        int number = in.getInt();
        long lastPage = in.getLong();
        long writes = in.getLong();
        int nextSerial = in.getInt();
        int count = in.getInt();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = in.getInt();
            int serial = in.getInt();
            var shape = new TaskShape(in.getInt(), in.getInt(), in.getInt(), in.getInt(),
                    in.getInt());
            if ((long) shape.sequences() * shape.layers() > in.remaining() / Integer.BYTES) {
                return Optional.empty();
            }
            int[] tokens = new int[shape.sequences() * shape.layers()];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = in.getInt();
            }
            tasks.add(new Task(id, serial, shape, tokens));
        }
        return in.remaining() == Integer.BYTES
                ? Optional.of(new Checkpoint(number, lastPage, writes, nextSerial, tasks))
                : Optional.empty();
    }
}
