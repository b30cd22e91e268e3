package dev.skein.sim.csd;

import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.util.Map;

/**
 * Whether there are blocks enough for a command, asked before it changes anything. Estimates are
 * from above, and what a flush afterwards needs is always kept back, so that a drive that is full
 * can still be flushed, and emptied.
 */
final class Space {
    private final BlockPool pool;
    private final Checkpoints checkpoints;
    private final Map<Integer, TaskTables> tasks;

    Space(BlockPool pool, Checkpoints checkpoints, Map<Integer, TaskTables> tasks) {
        this.pool = pool;
        this.checkpoints = checkpoints;
        this.tasks = tasks;
    }

    /**
     * Refuses tokens that might not fit; before it does, makes stale blocks free.
     *
     * @param flush makes more blocks stale
     */
    void requireFor(TaskTables task, int stored, int tokens, int heads, Runnable flush) {
        long blocks = blocksFor(task, stored, tokens, heads) + flushBlocks(task);
        if (pool.freeBlocks() < blocks) {
            pool.reclaim();
        }
        if (pool.freeBlocks() < blocks && pool.freeBlocks() >= flushBlocks(task)) {
            flush.run();
            pool.reclaim();
        }
        require(blocks);
    }

    /** Refuses a flush that might not fit. */
    void requireForFlush() {
        long blocks = tasks.values().stream().findAny().map(this::flushBlocks).orElse(2L);
        if (pool.freeBlocks() < blocks) {
            pool.reclaim();
        }
    }

    private void require(long blocks) {
        if (pool.freeBlocks() < blocks) {
            throw new DriveException(Status.NO_SPACE, blocks + " free blocks may be needed for this"
                    + " and a flush after it, the drive has " + pool.freeBlocks()
                    + "; drop a task and reclaim");
        }
    }

    private long blocksFor(TaskTables task, int stored, int tokens, int heads) {
        KvPages layout = task.pages();
        long groups = (stored + tokens) / layout.groupTokens() - stored / layout.groupTokens();
        long spans = (stored + tokens) / layout.spanTokens() - stored / layout.spanTokens();
        long pages = heads * (2 * groups + spans * layout.pagesOfSpan());
        int channels = pool.array().format().geometry().channels();
        return pages == 0 ? 0 : Math.ceilDiv(pages, perBlock()) + Math.min(pages, channels);
    }

    private long perBlock() {
        return pool.array().format().geometry().pagesPerBlock();
    }

    /** Of all tasks, and of one that may be new. */
    private long flushBlocks(TaskTables also) {
        long blocks = 0;
        long counts = 0;
        int count = tasks.containsKey(also.id()) ? 0 : 1;
        for (TaskTables t : tasks.values()) {
            blocks += Math.ceilDiv(2L * t.headCount(), perBlock()) + 1;
            counts += (long) t.shape().sequences() * t.shape().layers();
            count++;
        }
        if (!tasks.containsKey(also.id())) {
            blocks += Math.ceilDiv(2L * also.headCount(), perBlock()) + 1;
            counts += (long) also.shape().sequences() * also.shape().layers();
        }
        return blocks + 2 * BlockPool.KEPT_FOR_CHECKPOINTS + Math.ceilDiv(
                checkpoints.pages(Checkpoint.bytes(count, counts)), perBlock());
    }
}
