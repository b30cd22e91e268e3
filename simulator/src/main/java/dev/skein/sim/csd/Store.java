package dev.skein.sim.csd;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.BlockPool.Lane;
import dev.skein.sim.csd.BlockPool.Use;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.PageAddress;
import dev.skein.sim.csd.flash.PageKind;
import dev.skein.sim.csd.flash.PageMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The translation layer: tables, group buffers, and when which page is programmed. */
final class Store {
    private final FlashArray array;
    private final BlockPool pool;
    private final Checkpoints checkpoints;
    private final Map<Integer, TaskTables> tasks;
    private final Space space;
    private int nextSerial;
    private long writes;
    private long durableWrites;
    private long hostBytes;
    private Optional<DriveException> broken = Optional.empty();

    /** Recovers what the array holds. */
    Store(FlashArray array) {
        this.array = array;
        Recovery recovery = Recovery.of(array);
        this.pool = recovery.pool();
        this.checkpoints = recovery.checkpoints();
        this.tasks = new TreeMap<>(recovery.tasks());
        this.space = new Space(pool, checkpoints, tasks);
        this.nextSerial = recovery.latest().map(l -> l.checkpoint().nextSerial())
                .orElse(Checkpoints.SERIAL + 1);
        this.writes = recovery.latest().map(l -> l.checkpoint().writes()).orElse(0L);
        this.durableWrites = writes;
        if (recovery.latest().isPresent() && recovery.latest().get().goodCopies() < 2) {
            space.requireForFlush();
            checkpoint();
        }
    }

    boolean isUsable() {
        return broken.isEmpty();
    }

    private void requireUsable() {
        broken.ifPresent(e -> {
            throw new DriveException(Status.NEEDS_RECOVERY, "an earlier command failed half-way ("
                    + e.getMessage() + "); open the drive again");
        });
    }

    /** Runs what must not stop half-way. */
    private void change(Runnable body) {
        try {
            body.run();
        } catch (DriveException e) {
            broken = Optional.of(e);
            throw e;
        }
    }

    Map<Integer, TaskTables> tasks() {
        requireUsable();
        return tasks;
    }

    TaskTables task(int id, int sequence, int layer) {
        requireUsable();
        TaskTables task = existing(id);
        if (sequence < 0 || sequence >= task.shape().sequences() || layer < 0
                || layer >= task.shape().layers()) {
            throw new DriveException(Status.OUT_OF_RANGE, "task " + id + " sequence " + sequence
                    + " layer " + layer + "; it has " + task.shape().sequences()
                    + " sequences of " + task.shape().layers() + " layers");
        }
        return task;
    }

    private TaskTables existing(int id) {
        TaskTables task = tasks.get(id);
        if (task == null) {
            throw new DriveException(Status.NO_SUCH_TASK, "task " + id + "; the drive has "
                    + tasks.keySet());
        }
        return task;
    }

    void create(int id, TaskShape shape) {
        requireUsable();
        if (tasks.containsKey(id)) {
            throw new DriveException(Status.TASK_EXISTS, "task " + id
                    + "; drop it first, or take another number");
        }
        TaskTables task;
        try {
            task = new TaskTables(id, nextSerial, shape, array.format().geometry().pageBytes());
        } catch (IllegalArgumentException e) {
            throw new DriveException(Status.INVALID_FIELD, e.getMessage());
        }
        space.requireFor(task, 0, 0, 0, this::flush);
        nextSerial++;
        tasks.put(id, task);
        writes++;
    }

    void drop(int id) {
        requireUsable();
        TaskTables task = existing(id);
        for (HeadPages head : task.heads()) {
            head.forEachPage(pool::supersede);
        }
        pool.closeLanes(task.serial());
        tasks.remove(id);
        writes++;
    }

    void append(Append at, short[] keys, short[] values) {
        TaskTables task = task(at.task(), at.sequence(), at.layer());
        int stored = task.tokens(at.sequence(), at.layer());
        if (at.firstToken() != stored) {
            throw new DriveException(Status.OUT_OF_ORDER, "token " + at.firstToken()
                    + " of task " + at.task() + " sequence " + at.sequence() + " layer "
                    + at.layer() + "; the next one is " + stored);
        }
        if (at.tokens() < 1 || at.tokens() > CsdDrive.MAX_TOKENS - stored) {
            throw new DriveException(Status.OUT_OF_RANGE, at.tokens() + " tokens after " + stored
                    + "; at least 1, together at most " + CsdDrive.MAX_TOKENS);
        }
        long expected = (long) at.tokens() * task.shape().rowValues();
        if (keys.length != expected || values.length != expected) {
            throw new DriveException(Status.INVALID_LENGTH, keys.length + " key and "
                    + values.length + " value entries for " + at.tokens() + " tokens; "
                    + expected + " of both");
        }
        requireFinite("key", keys);
        requireFinite("value", values);
        space.requireFor(task, stored, at.tokens(), task.shape().kvHeads(), this::flush);
        change(() -> {
            for (int h = 0; h < task.shape().kvHeads(); h++) {
                appendHead(new Place(task, at.sequence(), at.layer(), h), at, keys, values);
            }
        });
        task.setTokens(at.sequence(), at.layer(), stored + at.tokens());
        hostBytes += 2L * Half.BYTES * expected;
        writes++;
    }

    static void requireFinite(String what, short[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Half.isFinite(numbers[i])) {
                throw new DriveException(Status.NOT_FINITE, what + " entry " + i + " is "
                        + Half.toFloat(numbers[i]) + "; finite numbers only");
            }
        }
    }

    /** A head with its task. */
    private record Place(TaskTables task, int sequence, int layer, int head) {
        HeadPages pages() {
            return task.head(sequence, layer, head);
        }

        PageAddress address(PageKind kind, int index, int part) {
            return new PageAddress(kind, task.serial(), sequence, layer, head, index, part);
        }

        PageKind kind(boolean values) {
            return values ? PageKind.VALUES : PageKind.KEYS;
        }
    }

    private void appendHead(Place place, Append at, short[] keys, short[] values) {
        HeadPages head = place.pages();
        KvPages layout = place.task().pages();
        loadOpen(place, at.firstToken());
        int d = layout.headDim();
        if (at.firstToken() == 0) {
            head.valueSums = new long[d];
        }
        for (int n = 0; n < at.tokens(); n++) {
            int token = at.firstToken() + n;
            int from = (n * place.task().shape().kvHeads() + place.head()) * d;
            if (head.openKeys == null) {
                head.openKeys = new byte[layout.pageBytes()];
                head.openValues = new byte[layout.pageBytes()];
            }
            int to = layout.offsetByToken(token, 0) / Half.BYTES;
            PagedHead.shorts(head.openKeys).put(to, keys, from, d);
            PagedHead.shorts(head.openValues).put(to, values, from, d);
            if (head.valueSums != null) {
                for (int c = 0; c < d; c++) {
                    head.valueSums[c] += Half.toSteps(values[from + c]);
                }
            }
            if ((token + 1) % layout.spanTokens() == 0) {
                programSpan(place, token / layout.spanTokens());
            }
            if ((token + 1) % layout.groupTokens() == 0) {
                programGroup(place, token / layout.groupTokens());
            }
        }
    }

    private void programGroup(Place place, int group) {
        HeadPages head = place.pages();
        int valid = place.task().pages().groupTokens();
        int channel = channel(place, group);
        for (boolean values : new boolean[] {false, true}) {
            put(place, values, group, pool.program(
                    new Lane(place.task().serial(), Use.DATA, channel),
                    place.address(place.kind(values), group, 0), valid,
                    values ? head.openValues : head.openKeys));
        }
        head.openKeys = null;
        head.openValues = null;
        head.flushed = 0;
    }

    /** Groups of a head are strided over the channels; heads begin in different ones. */
    private int channel(Place place, int index) {
        return (place.task().headNumber(place.sequence(), place.layer(), place.head()) + index)
                % array.format().geometry().channels();
    }

    private void put(Place place, boolean values, int group, int page) {
        HeadPages head = place.pages();
        int old = head.page(values, group);
        if (old != HeadPages.NONE) {
            pool.supersede(old);
        }
        head.setPage(values, group, page);
    }

    /** The second copy of the keys of a span, read back from their groups: no buffer that long. */
    private void programSpan(Place place, int span) {
        KvPages layout = place.task().pages();
        int first = span * layout.spanTokens();
        int group = -1;
        byte[][] parts = new byte[layout.pagesOfSpan()][layout.pageBytes()];
        byte[] rows = new byte[layout.pageBytes()];
        int last = first + layout.spanTokens() - 1;
        for (int t = first; t <= last; t++) {
            if (t / layout.groupTokens() != group) {
                group = t / layout.groupTokens();
                if (group == last / layout.groupTokens()) {
                    rows = place.pages().openKeys;
                } else {
                    readGroup(place, false, group, rows);
                }
            }
            for (int c = 0; c < layout.headDim(); c++) {
                int from = layout.offsetByToken(t, c);
                System.arraycopy(rows, from, parts[c / layout.pageChannels()],
                        layout.offsetByChannel(t, c), Half.BYTES);
            }
        }
        for (int part = 0; part < parts.length; part++) {
            int page = pool.program(new Lane(place.task().serial(), Use.DATA,
                            channel(place, span * parts.length + part)),
                    place.address(PageKind.KEY_ENTRIES, span, part), layout.spanTokens(),
                    parts[part]);
            place.pages().setEntryPage(span * parts.length + part, page);
        }
    }

    /** The open group from flash, after a recovery. */
    private void loadOpen(Place place, int tokens) {
        HeadPages head = place.pages();
        KvPages layout = place.task().pages();
        if (tokens % layout.groupTokens() != 0 && head.openKeys == null) {
            byte[] keys = new byte[layout.pageBytes()];
            byte[] values = new byte[layout.pageBytes()];
            readGroup(place, false, tokens / layout.groupTokens(), keys);
            readGroup(place, true, tokens / layout.groupTokens(), values);
            head.openKeys = keys;
            head.openValues = values;
        }
    }

    private void readGroup(Place place, boolean values, int group, byte[] into) {
        read(place.pages().page(values, group), place.address(place.kind(values), group, 0),
                into);
    }

    private void read(int page, PageAddress address, byte[] into) {
        if (page == HeadPages.NONE) {
            throw new DriveException(Status.LOST_PAGE, address
                    + " is in no page; it was damaged, and no copy is left");
        }
        PageMeta meta = array.read(page, into);
        if (!meta.address().equals(address)) {
            throw new DriveException(Status.LOST_PAGE, address + " should be in "
                    + array.layout().text(page) + ", but that has " + meta.address());
        }
    }

    /** A head for attention. */
    PagedHead paged(TaskTables task, HeadId id) {
        var place = new Place(task, id.sequence(), id.layer(), id.head());
        int tokens = task.tokens(id.sequence(), id.layer());
        loadOpen(place, tokens);
        int parts = task.pages().pagesOfSpan();
        return new PagedHead(new PagedHead.PageReader() {
            @Override
            public void group(boolean values, int group, byte[] into) {
                readGroup(place, values, group, into);
            }

            @Override
            public void entries(int span, int part, byte[] into) {
                read(place.pages().entryPage(span * parts + part),
                        place.address(PageKind.KEY_ENTRIES, span, part), into);
            }
        }, place.pages(), task.pages(), tokens);
    }

    void flush() {
        requireUsable();
        if (writes == durableWrites) {
            return;
        }
        space.requireForFlush();
        change(() -> {
            tasks.values().forEach(this::flushTails);
            checkpoint();
        });
    }

    private void flushTails(TaskTables task) {
        for (int s = 0; s < task.shape().sequences(); s++) {
            for (int l = 0; l < task.shape().layers(); l++) {
                for (int h = 0; h < task.shape().kvHeads(); h++) {
                    flushTail(new Place(task, s, l, h));
                }
            }
        }
    }

    private void flushTail(Place place) {
        int tokens = place.task().tokens(place.sequence(), place.layer());
        int open = tokens % place.task().pages().groupTokens();
        if (open == 0 || open == place.pages().flushed) {
            return;
        }
        HeadPages head = place.pages();
        int group = tokens / place.task().pages().groupTokens();
        var lane = new Lane(place.task().serial(), Use.TAIL,
                place.task().serial() % array.format().geometry().channels());
        for (boolean values : new boolean[] {false, true}) {
            put(place, values, group, pool.program(lane,
                    place.address(place.kind(values), group, 0), open,
                    values ? head.openValues : head.openKeys));
        }
        head.flushed = open;
    }

    private void checkpoint() {
        List<Checkpoint.Task> saved = tasks.values().stream().map(Checkpoint.Task::of).toList();
        checkpoints.write(pool, new Checkpoint(checkpoints.nextNumber(), pool.lastNumber(),
                writes, nextSerial, saved));
        durableWrites = writes;
    }

    int reclaim() {
        flush();
        int[] erased = new int[1];
        change(() -> erased[0] = pool.reclaim());
        return erased[0];
    }

    DriveState state() {
        long tables = 0;
        long buffers = 0;
        for (TaskTables t : tasks.values()) {
            for (HeadPages h : t.heads()) {
                tables += h.tableBytes();
                buffers += h.bufferBytes();
            }
        }
        int stale = 0;
        int bad = 0;
        for (int b = 0; b < array.layout().blocks(); b++) {
            stale += pool.isStale(b) ? 1 : 0;
            bad += array.isBad(b) ? 1 : 0;
        }
        return new DriveState(tasks.size(), writes, durableWrites, pool.freeBlocks(), stale, bad,
                tables, buffers, hostBytes, array.format().geometry().pageBytes(),
                array.counts());
    }
}
