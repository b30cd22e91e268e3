package dev.skein.sim.csd;

import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.Sparf;
import java.util.Arrays;
import java.util.TreeMap;

/** What a drive has to hold, in plain arrays. */
public final class Model {
    private final TreeMap<Integer, Task> tasks = new TreeMap<>();
    private long writes;

    /** Keys and values {@code [sequences * layers][tokens, kvHeads, headDim]}. */
    public record Task(TaskShape shape, short[][] keys, short[][] values) {
        public int tokens(int sequence, int layer) {
            return keys[at(sequence, layer)].length / shape.rowValues();
        }

        int at(int sequence, int layer) {
            return sequence * shape.layers() + layer;
        }
    }

    public TreeMap<Integer, Task> tasks() {
        return tasks;
    }

    public long writes() {
        return writes;
    }

    public void create(int task, TaskShape shape) {
        int n = shape.sequences() * shape.layers();
        var made = new Task(shape, new short[n][], new short[n][]);
        Arrays.fill(made.keys, new short[0]);
        Arrays.fill(made.values, new short[0]);
        tasks.put(task, made);
        writes++;
    }

    public void drop(int task) {
        tasks.remove(task);
        writes++;
    }

    public void append(Append a, short[] keys, short[] values) {
        Task t = tasks.get(a.task());
        int at = t.at(a.sequence(), a.layer());
        t.keys[at] = joined(t.keys[at], keys);
        t.values[at] = joined(t.values[at], values);
        writes++;
    }

    private static short[] joined(short[] a, short[] b) {
        short[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }

    public KvHead head(HeadId id) {
        Task t = tasks.get(id.task());
        int at = t.at(id.sequence(), id.layer());
        return new KvHead(t.shape.headDim(), column(t, t.keys[at], id.head()),
                column(t, t.values[at], id.head()));
    }

    private static short[] column(Task t, short[] rows, int head) {
        int d = t.shape.headDim();
        short[] out = new short[rows.length / t.shape.kvHeads()];
        for (int i = 0; i < out.length; i++) {
            out[i] = rows[i / d * t.shape.rowValues() + head * d + i % d];
        }
        return out;
    }

    public DriveAttention.Attended attend(HeadId id, short[] queries, Sparf sparf) {
        return DriveAttention.attend(queries, head(id), sparf);
    }
}
