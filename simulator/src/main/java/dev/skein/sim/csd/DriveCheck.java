package dev.skein.sim.csd;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.FormatFile;
import dev.skein.sim.csd.flash.PageAddress;
import dev.skein.sim.csd.flash.PageKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads all of a drive without changing it. */
public final class DriveCheck {
    private final FlashArray array;
    private final Recovery recovery;
    private final List<String> problems = new ArrayList<>();
    private long pages;

    private DriveCheck(FlashArray array) {
        this.array = array;
        this.recovery = Recovery.of(array);
    }

    /**
     * A task as it is after a recovery.
     *
     * @param id number that the host gave
     * @param shape of its cache
     * @param minTokens of the layer of a sequence that has fewest
     * @param maxTokens of the one that has most
     * @param pages in its tables
     */
    public record TaskReport(int id, TaskShape shape, int minTokens, int maxTokens, long pages) {}

    /**
     * What a drive is like.
     *
     * @param format geometry
     * @param tasks increasing by number
     * @param writes commands that a recovery comes back to
     * @param tablePages that count: those in tables, and the checkpoint
     * @param freeBlocks erased
     * @param staleBlocks with nothing that counts
     * @param badBlocks given up
     * @param minErases of a block
     * @param maxErases of a block
     * @param meanErases over all blocks
     * @param tableBytes DRAM of the tables from logical to physical pages
     * @param tornPages out of band torn or damaged; harmless unless a problem says otherwise
     * @param interruptedErases blocks to erase again
     */
    public record Report(FormatFile format, List<TaskReport> tasks, long writes, long tablePages,
            int freeBlocks, int staleBlocks, int badBlocks, int minErases, int maxErases,
            double meanErases, long tableBytes, int tornPages, int interruptedErases) {}

    /**
     * What a check found.
     *
     * @param report what the drive is like
     * @param pages that count and were read
     * @param problems one line each; none on a sound drive
     */
    public record Found(Report report, long pages, List<String> problems) {}

    /**
     * Looks at tables.
     *
     * @throws DriveException if there is no drive, or no checkpoint of it can be read
     */
    public static Report inspect(Path folder) {
        try (FlashArray array = FlashArray.open(folder, false, FaultPlan.NONE)) {
            return new DriveCheck(array).report();
        }
    }

    /**
     * Reads every page that counts, and compares sums, addresses, and both copies of the keys.
     *
     * @throws DriveException if there is no drive, or no checkpoint of it can be read
     */
    public static Found check(Path folder) {
        try (FlashArray array = FlashArray.open(folder, false, FaultPlan.NONE)) {
            var check = new DriveCheck(array);
            check.checkAll();
            return new Found(check.report(), check.pages, List.copyOf(check.problems));
        }
    }

    private Report report() {
        var tasks = recovery.tasks().values().stream()
                .sorted((a, b) -> Integer.compare(a.id(), b.id())).map(DriveCheck::task).toList();
        int blocks = array.layout().blocks();
        int stale = 0;
        int bad = 0;
        int min = Integer.MAX_VALUE;
        int max = 0;
        long sum = 0;
        for (int b = 0; b < blocks; b++) {
            stale += recovery.pool().isStale(b) ? 1 : 0;
            bad += array.isBad(b) ? 1 : 0;
            min = Math.min(min, array.eraseCount(b));
            max = Math.max(max, array.eraseCount(b));
            sum += array.eraseCount(b);
        }
        long tableBytes = recovery.tasks().values().stream().flatMap(t -> t.heads().stream())
                .mapToLong(HeadPages::tableBytes).sum();
        return new Report(array.format(), tasks,
                recovery.latest().map(l -> l.checkpoint().writes()).orElse(0L),
                tasks.stream().mapToLong(TaskReport::pages).sum()
                        + recovery.checkpoints().pages().size(),
                recovery.pool().freeBlocks(), stale, bad, min, max, (double) sum / blocks,
                tableBytes, recovery.traces().unreadablePages(),
                recovery.traces().interruptedErases());
    }

    private static TaskReport task(TaskTables t) {
        int[] counts = t.allTokens();
        long[] pages = new long[1];
        t.heads().forEach(h -> h.forEachPage(p -> pages[0]++));
        return new TaskReport(t.id(), t.shape(), Arrays.stream(counts).min().orElse(0),
                Arrays.stream(counts).max().orElse(0), pages[0]);
    }

    private void checkAll() {
        recovery.latest().ifPresent(l -> {
            if (l.goodCopies() < 2) {
                problems.add("checkpoint " + l.checkpoint().number() + ": only "
                        + l.goodCopies() + " of 2 copies can be read; open and close the drive to"
                        + " write it anew");
            }
        });
        if (recovery.traces().lostBlocks() > 0) {
            problems.add(recovery.traces().lostBlocks() + " block headers are damaged, and their"
                    + " erase counts lost; the blocks are not used any more");
        }
        pages = recovery.checkpoints().pages().size();
        for (TaskTables task : recovery.tasks().values()) {
            for (int s = 0; s < task.shape().sequences(); s++) {
                for (int l = 0; l < task.shape().layers(); l++) {
                    for (int h = 0; h < task.shape().kvHeads(); h++) {
                        checkHead(task, new HeadId(task.id(), s, l, h));
                    }
                }
            }
        }
    }

    private void checkHead(TaskTables task, HeadId id) {
        KvPages layout = task.pages();
        int tokens = task.tokens(id.sequence(), id.layer());
        HeadPages head = task.head(id.sequence(), id.layer(), id.head());
        int spans = tokens / layout.spanTokens();
        byte[] page = new byte[layout.pageBytes()];
        byte[][] columns = new byte[layout.pagesOfSpan()][];
        int span = -1;
        for (int g = 0; g < layout.groups(tokens); g++) {
            read(head.page(true, g), address(task, id, PageKind.VALUES, g, 0), page);
            boolean good = read(head.page(false, g), address(task, id, PageKind.KEYS, g, 0), page);
            int end = Math.min((g + 1) * layout.groupTokens(), spans * layout.spanTokens());
            for (int t = g * layout.groupTokens(); t < end; t++) {
                if (t / layout.spanTokens() != span) {
                    span = t / layout.spanTokens();
                    readSpan(task, id, span, columns);
                }
                if (good) {
                    compare(id, t, page, columns, layout);
                }
            }
        }
    }

    private void readSpan(TaskTables task, HeadId id, int span, byte[][] columns) {
        HeadPages head = task.head(id.sequence(), id.layer(), id.head());
        for (int part = 0; part < columns.length; part++) {
            byte[] page = new byte[task.pages().pageBytes()];
            columns[part] = read(head.entryPage(span * columns.length + part),
                    address(task, id, PageKind.KEY_ENTRIES, span, part), page) ? page : null;
        }
    }

    private void compare(HeadId id, int token, byte[] rows, byte[][] columns, KvPages layout) {
        for (int c = 0; c < layout.headDim(); c++) {
            byte[] column = columns[c / layout.pageChannels()];
            int row = layout.offsetByToken(token, c);
            int at = layout.offsetByChannel(token, c);
            if (column != null && !Arrays.equals(rows, row, row + Half.BYTES, column, at,
                    at + Half.BYTES)) {
                problems.add(id + " token " + token + " entry " + c
                        + ": the two copies of the key differ; drop the task");
                return;
            }
        }
    }

    private static PageAddress address(TaskTables task, HeadId id, PageKind kind, int index,
            int part) {
        return new PageAddress(kind, task.serial(), id.sequence(), id.layer(), id.head(), index,
                part);
    }

    private boolean read(int page, PageAddress address, byte[] into) {
        if (page == HeadPages.NONE) {
            problems.add(address + ": in no page; it is lost, drop the task");
            return false;
        }
        try {
            pages++;
            PageAddress found = array.read(page, into).address();
            if (found.equals(address)) {
                return true;
            }
            problems.add(address + ": " + array.layout().text(page) + " has " + found
                    + " instead; it is lost, drop the task");
        } catch (DriveException e) {
            problems.add(address + ": " + e.getMessage() + "; it is lost, drop the task");
        }
        return false;
    }
}
