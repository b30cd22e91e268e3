package dev.skein.sim.csd;

import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.PageAddress;
import dev.skein.sim.csd.flash.PageKind;
import dev.skein.sim.csd.flash.PageMeta;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tables from a scan. The last whole checkpoint says what counts; a page counts if it was
 * programmed before it, lies within the tokens of its sequence, and holds as many of them as its
 * group has. Of several the last one counts. Why that is exact: docs/csd.md.
 */
final class Recovery {
    private final FlashArray array;
    private final Checkpoints checkpoints;
    private final Map<Integer, TaskTables> bySerial = new HashMap<>();
    private final BlockPool pool;
    private final Optional<Checkpoints.Latest> latest;
    private long lastNumber;
    private int unreadablePages;
    private int interruptedErases;
    private int lostBlocks;

    private Recovery(FlashArray array) {
        this.array = array;
        this.checkpoints = new Checkpoints(array);
        array.scan(new First());
        this.latest = checkpoints.latest();
        latest.ifPresent(l -> l.checkpoint().tasks().forEach(this::prepare));
        array.scan(new Second());
        this.pool = new BlockPool(array);
        pool.startAfter(lastNumber);
        checkpoints.pages().forEach(pool::revive);
        for (TaskTables t : bySerial.values()) {
            for (HeadPages h : t.heads()) {
                h.forEachPage(pool::revive);
            }
        }
    }

    static Recovery of(FlashArray array) {
        return new Recovery(array);
    }

    private void prepare(Checkpoint.Task saved) {
        var task = new TaskTables(saved.id(), saved.serial(), saved.shape(),
                array.format().geometry().pageBytes());
        for (int s = 0; s < saved.shape().sequences(); s++) {
            for (int l = 0; l < saved.shape().layers(); l++) {
                int tokens = saved.tokens()[s * saved.shape().layers() + l];
                task.setTokens(s, l, tokens);
                for (int h = 0; h < saved.shape().kvHeads() && tokens > 0; h++) {
                    task.head(s, l, h).flushed = tokens % task.pages().groupTokens();
                }
            }
        }
        bySerial.put(saved.serial(), task);
    }

    /** Finds checkpoints and counts. */
    private final class First implements FlashArray.Visitor {
        @Override
        public void page(int page, PageMeta meta) {
            lastNumber = Math.max(lastNumber, meta.number());
            if (meta.address().kind() == PageKind.CHECKPOINT) {
                checkpoints.found(page, meta);
            }
        }

        @Override
        public void unreadable(int page) {
            unreadablePages++;
        }

        @Override
        public void interruptedErase(int block, boolean lost) {
            if (lost) {
                lostBlocks++;
            } else {
                interruptedErases++;
            }
        }
    }

    /** Fills tables. */
    private final class Second implements FlashArray.Visitor {
        @Override
        public void page(int page, PageMeta meta) {
            TaskTables task = bySerial.get(meta.address().task());
            if (task != null && meta.address().kind() != PageKind.CHECKPOINT
                    && meta.number() <= latest.orElseThrow().checkpoint().lastPage()
                    && counts(task, meta)) {
                put(task, page, meta);
            }
        }

        @Override
        public void unreadable(int page) {
            // Counted before.
        }

        @Override
        public void interruptedErase(int block, boolean lost) {
            // Counted before.
        }
    }

    private static boolean counts(TaskTables task, PageMeta meta) {
        PageAddress a = meta.address();
        TaskShape shape = task.shape();
        if (a.sequence() < 0 || a.sequence() >= shape.sequences() || a.layer() >= shape.layers()
                || a.head() >= shape.kvHeads() || a.index() < 0) {
            return false;
        }
        int tokens = task.tokens(a.sequence(), a.layer());
        KvPages pages = task.pages();
        if (a.kind() == PageKind.KEY_ENTRIES) {
            return a.index() < tokens / pages.spanTokens() && a.part() < pages.pagesOfSpan()
                    && meta.valid() == pages.spanTokens();
        }
        return a.index() < pages.groups(tokens) && meta.valid() == Math.min(pages.groupTokens(),
                tokens - a.index() * pages.groupTokens());
    }

    private void put(TaskTables task, int page, PageMeta meta) {
        PageAddress a = meta.address();
        HeadPages head = task.head(a.sequence(), a.layer(), a.head());
        if (a.kind() == PageKind.KEY_ENTRIES) {
            int place = a.index() * task.pages().pagesOfSpan() + a.part();
            if (isLater(meta, head.entryPage(place))) {
                head.setEntryPage(place, page);
            }
        } else {
            boolean values = a.kind() == PageKind.VALUES;
            if (isLater(meta, head.page(values, a.index()))) {
                head.setPage(values, a.index(), page);
            }
        }
    }

    private boolean isLater(PageMeta meta, int other) {
        return other == HeadPages.NONE
                || array.meta(other).map(m -> m.number() < meta.number()).orElse(true);
    }

    BlockPool pool() {
        return pool;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    Optional<Checkpoints.Latest> latest() {
        return latest;
    }

    /** Tasks by their numbers. */
    Map<Integer, TaskTables> tasks() {
        var byId = new HashMap<Integer, TaskTables>();
        bySerial.values().forEach(t -> byId.put(t.id(), t));
        return byId;
    }

    /**
     * Traces of power cuts, or of damage.
     *
     * @param unreadablePages torn or damaged out of band, whether they counted or not
     * @param interruptedErases blocks whose erase was not completed
     * @param lostBlocks whose header is damaged
     */
    record Traces(int unreadablePages, int interruptedErases, int lostBlocks) {}

    Traces traces() {
        return new Traces(unreadablePages, interruptedErases, lostBlocks);
    }
}
