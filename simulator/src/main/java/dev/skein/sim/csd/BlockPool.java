package dev.skein.sim.csd;

import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.PageAddress;
import dev.skein.sim.csd.flash.PageMeta;
import dev.skein.sim.csd.flash.ProgramFailedException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which block the next page goes to, and which blocks hold nothing that counts. A block holds pages
 * of one task and one use only, so that all of it becomes stale together and none is ever copied.
 */
final class BlockPool {
    /** Free blocks that only checkpoints may take, on dies of each parity. */
    static final int KEPT_FOR_CHECKPOINTS = 2;

    private final FlashArray array;
    private final BitSet free = new BitSet();
    private final int[] freeOfParity = new int[2];
    private final char[] live;
    private final Map<Lane, Integer> open = new HashMap<>();
    private final List<Integer> superseded = new ArrayList<>();
    private long nextNumber = 1;

    /** What the pages of a block have in common besides their task. */
    enum Use {
        /** Full groups and spans. */
        DATA,
        /** Groups that were flushed before they were full. */
        TAIL,
        /** Checkpoints. */
        SYSTEM
    }

    /** Whose next page goes where: pages of a lane fill one block after another. */
    record Lane(int task, Use use, int channel) {}

    /** After a scan of the array. */
    BlockPool(FlashArray array) {
        this.array = array;
        this.live = new char[array.layout().blocks()];
        for (int b = 0; b < live.length; b++) {
            if (!array.isBad(b) && array.nextPage(b) == 0) {
                addFree(b);
            }
        }
    }

    private void addFree(int block) {
        free.set(block);
        freeOfParity[dieParity(block)]++;
    }

    FlashArray array() {
        return array;
    }

    int freeBlocks() {
        return freeOfParity[0] + freeOfParity[1];
    }

    int live(int block) {
        return live[block];
    }

    long lastNumber() {
        return nextNumber - 1;
    }

    void startAfter(long number) {
        nextNumber = number + 1;
    }

    /** Counts a page that recovery found in use. */
    void revive(int page) {
        live[array.layout().block(page)]++;
    }

    /**
     * Programs a page in its lane; after a failed program again in another block.
     *
     * @throws DriveException {@link Status#WRITE_FAULT} if no block is left
     */
    int program(Lane lane, PageAddress address, int valid, byte[] data) {
        while (true) {
            int block = open.computeIfAbsent(lane, this::allocate);
            try {
                int page = array.program(block, new PageMeta(address, valid, nextNumber), data);
                nextNumber++;
                live[block]++;
                if (array.nextPage(block) == array.format().geometry().pagesPerBlock()) {
                    open.remove(lane);
                }
                return page;
            } catch (ProgramFailedException e) {
                open.remove(lane);
            }
        }
    }

    /** A free block; if there is none for the lane, stale ones are erased. */
    private int allocate(Lane lane) {
        int block = leastErased(lane);
        if (block < 0 && reclaim() > 0) {
            block = leastErased(lane);
        }
        if (block < 0) {
            throw new DriveException(Status.WRITE_FAULT, "no free block is left for " + lane.use()
                    + " pages of task serial " + lane.task() + "; drop a task and reclaim");
        }
        free.clear(block);
        freeOfParity[dieParity(block)]--;
        return block;
    }

    /**
     * The block of the lane's channel that was erased least; of another channel if there is none,
     * or -1.
     */
    private int leastErased(Lane lane) {
        int perChannel = array.layout().blocksPerChannel();
        int channels = array.format().geometry().channels();
        for (int i = 0; i < channels; i++) {
            int from = (lane.channel() + i) % channels * perChannel;
            int best = -1;
            for (int b = free.nextSetBit(from); b >= 0 && b < from + perChannel
                    && (best < 0 || array.eraseCount(best) > 0); b = free.nextSetBit(b + 1)) {
                if (isFor(lane, b) && (best < 0
                        || array.eraseCount(b) < array.eraseCount(best))) {
                    best = b;
                }
            }
            if (best >= 0) {
                return best;
            }
        }
        return -1;
    }

    /**
     * The copies of a checkpoint are on dies of different parity, so that no die that fails takes
     * both. Other pages leave some blocks of each for them.
     */
    private boolean isFor(Lane lane, int block) {
        if (hasOneDie()) {
            return true;
        }
        return lane.use() == Use.SYSTEM ? dieParity(block) == lane.channel() % 2
                : freeOfParity[dieParity(block)] > KEPT_FOR_CHECKPOINTS;
    }

    private boolean hasOneDie() {
        return array.format().geometry().channels()
                * array.format().geometry().diesPerChannel() == 1;
    }

    private int dieParity(int block) {
        return (array.layout().channel(block) * array.format().geometry().diesPerChannel()
                + array.layout().die(block)) % 2;
    }

    /** A page is not needed any more once the next checkpoint is durable. */
    void supersede(int page) {
        superseded.add(page);
    }

    /** Nothing but the checkpoint that is durable now counts. */
    void settle() {
        for (int page : superseded) {
            live[array.layout().block(page)]--;
        }
        superseded.clear();
    }

    /** Ends the open blocks of a task that was dropped. */
    void closeLanes(int task) {
        open.keySet().removeIf(lane -> lane.task() == task);
    }

    /** Pages that can still be programmed in the open blocks of such lanes. */
    int openPages(int task, Use use) {
        int pages = 0;
        for (var e : open.entrySet()) {
            if (e.getKey().task() == task && e.getKey().use() == use) {
                pages += array.format().geometry().pagesPerBlock()
                        - array.nextPage(e.getValue());
            }
        }
        return pages;
    }

    /** Erases all blocks without a page that counts; worn ones are left alone. */
    int reclaim() {
        List<Integer> stale = new ArrayList<>();
        for (int b = 0; b < live.length; b++) {
            if (isStale(b) && array.eraseCount(b) < array.format().geometry().peCycles()) {
                stale.add(b);
            }
        }
        if (!stale.isEmpty()) {
            array.erase(stale);
            stale.forEach(this::addFree);
        }
        return stale.size();
    }

    /** Whether a block has nothing but pages that do not count. */
    boolean isStale(int block) {
        return live[block] == 0 && array.nextPage(block) != 0 && !array.isBad(block)
                && !open.containsValue(block);
    }
}
