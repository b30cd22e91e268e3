package dev.skein.sim.csd;

import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.FormatFile;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A computational storage drive that really does it: keys and values in files laid out as flash,
 * attention where they are. A write is acknowledged when it is in the drive's DRAM or flash and
 * survives a power cut once {@link #flush} has returned; after a power cut the drive is as after
 * some number of acknowledged writes, at least those flushed.
 *
 * <p>Every failure is a {@link DriveException} with a {@link Status}. A command that is refused
 * changes nothing; one that fails half-way leaves a drive that refuses everything until it is
 * opened again, which recovers it. One command at a time: methods are synchronised.
 */
public final class CsdDrive implements Closeable {
    /** Tokens that a sequence can have. */
    public static final int MAX_TOKENS = 1 << 24;

    private final FlashArray array;
    private final FaultPlan faults;
    private final Store store;
    private long commands;
    private boolean removed;
    private boolean closed;

    private CsdDrive(FlashArray array, FaultPlan faults) {
        this.array = array;
        this.faults = faults;
        this.store = new Store(array);
    }

    /**
     * Makes an empty drive.
     *
     * @param folder new or empty
     * @param drive name of the drive file that the geometry is from
     */
    public static void format(Path folder, String drive, Flash.Geometry geometry) {
        FlashArray.format(folder, new FormatFile(drive, geometry));
    }

    /** Opens a drive and recovers it; one engine at a time may have it open. */
    public static CsdDrive open(Path folder) {
        return open(folder, FaultPlan.NONE);
    }

    /** The same with planted faults. */
    public static CsdDrive open(Path folder, FaultPlan faults) {
        FlashArray array = FlashArray.open(folder, true, faults);
        try {
            return new CsdDrive(array, faults);
        } catch (DriveException e) {
            array.close();
            throw e;
        }
    }

    private void requireThere() {
        if (closed) {
            throw new DriveException(Status.FILE_ERROR, "the drive is closed; open it again");
        }
        if (removed) {
            throw new DriveException(Status.REMOVED, "the drive was pulled before command "
                    + faults.removed().getAsLong() + " (planted fault); what was flushed is on it");
        }
    }

    /** What a host sends, as opposed to questions about the emulation. */
    private <T> T command(Supplier<T> body) {
        long number = commands++;
        removed |= faults.removed().isPresent() && faults.removed().getAsLong() == number;
        requireThere();
        T result = body.get();
        if (faults.lostCompletion().isPresent()
                && faults.lostCompletion().getAsLong() == number) {
            throw new DriveException(Status.COMPLETION_LOST, "no completion of command " + number
                    + " arrived (planted fault); ask for the count of tokens before trying again");
        }
        return result;
    }

    /**
     * Makes room for the cache of a task.
     *
     * @param task any number that is not in use
     */
    public synchronized void createTask(int task, TaskShape shape) {
        command(() -> {
            store.create(task, shape);
            return null;
        });
    }

    /** Forgets the cache of a task; {@link #reclaim} makes its blocks free. */
    public synchronized void dropTask(int task) {
        command(() -> {
            store.drop(task);
            return null;
        });
    }

    /**
     * Adds tokens.
     *
     * @param keys {@code [tokens, kvHeads, headDim] binary16}
     * @param values likewise
     */
    public synchronized void append(Append at, short[] keys, short[] values) {
        command(() -> {
            store.append(at, keys, values);
            return null;
        });
    }

    /**
     * Attends to the cache; the last token in it is the current one.
     *
     * @param queries {@code [heads, queryHeads, headDim] binary16}
     */
    public synchronized Attention.Result attend(Attention what, short[] queries) {
        return command(() -> attendNow(what, queries));
    }

    private Attention.Result attendNow(Attention what, short[] queries) {
        TaskTables task = store.task(what.task(), what.sequence(), what.layer());
        int d = task.shape().headDim();
        int tokens = task.tokens(what.sequence(), what.layer());
        if (what.heads() < 1 || what.firstHead() < 0
                || what.heads() > task.shape().kvHeads() - what.firstHead()) {
            throw new DriveException(Status.OUT_OF_RANGE, "heads " + what.firstHead() + " to "
                    + ((long) what.firstHead() + what.heads() - 1) + "; task " + what.task()
                    + " has " + task.shape().kvHeads());
        }
        if (tokens == 0) {
            throw new DriveException(Status.OUT_OF_RANGE, "sequence " + what.sequence()
                    + " layer " + what.layer() + " of task " + what.task()
                    + " has no token; append the current one first");
        }
        if (what.queryHeads() < 1 || what.sparf().channels() > d) {
            throw new DriveException(Status.INVALID_FIELD, what.queryHeads()
                    + " query heads, channels r: " + what.sparf().channels()
                    + "; at least 1, and at most " + d);
        }
        if (queries.length != (long) what.heads() * what.queryHeads() * d) {
            throw new DriveException(Status.INVALID_LENGTH, queries.length
                    + " query entries for " + what.heads() + " x " + what.queryHeads() + " x "
                    + d);
        }
        Store.requireFinite("query", queries);
        int each = what.queryHeads() * d;
        short[] outputs = new short[queries.length];
        List<Chosen> chosen = new ArrayList<>();
        Touched touched = Touched.NONE;
        for (int h = 0; h < what.heads(); h++) {
            PagedHead head = store.paged(task, new HeadId(what.task(), what.sequence(),
                    what.layer(), what.firstHead() + h));
            var one = DriveAttention.attend(Arrays.copyOfRange(queries, h * each, (h + 1) * each),
                    head, what.sparf());
            System.arraycopy(one.outputs(), 0, outputs, h * each, each);
            chosen.add(one.chosen());
            touched = touched.plus(head.touched());
        }
        return new Attention.Result(outputs, chosen, touched);
    }

    /**
     * Keys or values as they were written.
     *
     * @return {@code [tokens, headDim] binary16}
     */
    public synchronized short[] read(HeadId head, boolean values, int firstToken, int tokens) {
        return command(() -> {
            TaskTables task = store.task(head.task(), head.sequence(), head.layer());
            int stored = task.tokens(head.sequence(), head.layer());
            if (head.head() < 0 || head.head() >= task.shape().kvHeads() || firstToken < 0
                    || tokens < 1 || tokens > stored - firstToken) {
                throw new DriveException(Status.OUT_OF_RANGE, head + " tokens " + firstToken
                        + " to " + ((long) firstToken + tokens - 1) + "; the task has "
                        + task.shape().kvHeads() + " heads, the sequence " + stored + " tokens");
            }
            int d = task.shape().headDim();
            short[] out = new short[Math.multiplyExact(tokens, d)];
            int[] wanted = new int[tokens];
            Arrays.setAll(wanted, t -> firstToken + t);
            PagedHead source = store.paged(task, head);
            if (values) {
                source.valueRows(wanted, (n, row, at) -> System.arraycopy(row, at, out, n * d, d));
            } else {
                source.keyRows(wanted, (n, row, at) -> System.arraycopy(row, at, out, n * d, d));
            }
            return out;
        });
    }

    /** Cached tokens of a layer of a sequence. */
    public synchronized int tokens(int task, int sequence, int layer) {
        return command(() -> store.task(task, sequence, layer).tokens(sequence, layer));
    }

    /** The shape of a task. */
    public synchronized TaskShape shape(int task) {
        requireThere();
        return store.task(task, 0, 0).shape();
    }

    /** How the keys and values of a task lie in pages. */
    public synchronized KvPages pages(int task) {
        requireThere();
        return store.task(task, 0, 0).pages();
    }

    /** Numbers of the tasks, increasing. */
    public synchronized List<Integer> tasks() {
        requireThere();
        return List.copyOf(store.tasks().keySet());
    }

    /** When this returns, no power cut undoes a write that was acknowledged before. */
    public synchronized void flush() {
        command(() -> {
            store.flush();
            return null;
        });
    }

    /**
     * Flushes, then erases the blocks that nothing needs.
     *
     * @return how many
     */
    public synchronized int reclaim() {
        return command(store::reclaim);
    }

    /** What the drive holds and did. */
    public synchronized DriveState state() {
        requireThere();
        return store.state();
    }

    /** The array's shape. */
    public FormatFile format() {
        return array.format();
    }

    /** Takes the power away without a flush: what was not flushed may be lost. */
    public synchronized void powerOff() {
        closed = true;
        array.close();
    }

    /** Flushes, if the drive still works, and lets go of the files. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            if (!removed && store.isUsable()) {
                store.flush();
            }
        } finally {
            powerOff();
        }
    }
}
