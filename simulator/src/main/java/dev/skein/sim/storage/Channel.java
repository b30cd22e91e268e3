package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** A flash channel: queues of its planes, command lines, data lines, dies. */
abstract class Channel {
    final Flash flash;
    final EventQueue events;
    private final int number;
    private final FaultPlan.Draws faults;
    private final ObjLongConsumer<Page> out;
    private final Server lines;
    private final Server[] dies;
    private final List<List<ArrayDeque<Page>>> queues = new ArrayList<>();
    private final int[] queued = new int[FlashOperation.values().length];
    private final long transfer;
    private long retries;

    Channel(int number, Flash flash, EventQueue events, FaultPlan.Draws faults,
            ObjLongConsumer<Page> out) {
        this.number = number;
        this.flash = flash;
        this.events = events;
        this.faults = faults;
        this.out = out;
        this.transfer = flash.transferPicos();
        this.lines = new Server("channel " + number);
        this.dies = new Server[flash.geometry().diesPerChannel()];
        for (int d = 0; d < dies.length; d++) {
            dies[d] = new Server("die " + number + "." + d);
        }
        for (int o = 0; o < queued.length; o++) {
            var planes = new ArrayList<ArrayDeque<Page>>();
            for (int p = 0; p < flash.geometry().planesPerChannel(); p++) {
                planes.add(new ArrayDeque<>());
            }
            queues.add(planes);
        }
    }

    static Channel of(int number, Flash flash, EventQueue events, FaultPlan.Draws faults,
            ObjLongConsumer<Page> out) {
        return switch (flash.controller()) {
            case LOCK_STEP -> new LockStepChannel(number, flash, events, faults, out);
            case PIPELINED -> new PipelinedChannel(number, flash, events, faults, out);
        };
    }

    /** Begins with what is queued if it can. */
    abstract void kick(long now);

    final void enqueue(Page page) {
        faults.checkDie(number, page.plane / flash.geometry().planesPerDie());
        queues.get(page.operation.ordinal()).get(page.plane).add(page);
        queued[page.operation.ordinal()]++;
    }

    final int queued(FlashOperation operation) {
        return queued[operation.ordinal()];
    }

    final int dies() {
        return dies.length;
    }

    /** Takes the oldest page of each plane of a die. */
    final List<Page> take(FlashOperation operation, int die) {
        int planes = flash.geometry().planesPerDie();
        var taken = new ArrayList<Page>(planes);
        for (int p = die * planes; p < (die + 1) * planes; p++) {
            Page page = queues.get(operation.ordinal()).get(p).poll();
            if (page != null) {
                queued[operation.ordinal()]--;
                if (page.retries < 0) {
                    page.retries = operation == FlashOperation.READ ? faults.retries() : 0;
                }
                taken.add(page);
            }
        }
        return taken;
    }

    /** A die begins to work; before that it waited for its pages, then for its turn. */
    final void begin(int die, long from, long to, Page first) {
        dies[die].serve(from, to - from, first.marks, Account.WAIT_CHANNEL);
    }

    final void programming(int die, long from, long to) {
        dies[die].occupy(from, to, Account.WAIT_CHANNEL);
    }

    /** Moves a sensed page out; returns when it is out, or has been found to be wrong. */
    final long moveOut(int die, Page page, long sensed) {
        page.marks.set(Account.WAIT_FLASH, sensed);
        long end = lines.serve(sensed, transfer, page.marks, Account.WAIT_FLASH);
        dies[die].occupy(end - transfer, end, Account.WAIT_CHANNEL);
        return end;
    }

    /** Moves a page in that is to be programmed. */
    final long moveIn(int die, Page page, long from) {
        long end = lines.serve(from, transfer, page.marks, Account.WAIT_CHANNEL);
        dies[die].occupy(end - transfer, end, Account.WAIT_CHANNEL);
        return end;
    }

    /** Whether a read has to be repeated; if so it counts. */
    final boolean wrong(Page page) {
        if (page.retries == 0) {
            return false;
        }
        if (page.retries > flash.errors().maxRetries()) {
            throw new DriveFaultException("a page in plane " + page.plane + " of channel " + number
                    + " cannot be read after " + flash.errors().maxRetries()
                    + " retries (planted fault); the command fails");
        }
        page.retries--;
        retries++;
        return true;
    }

    /** Before all that waits for its plane. */
    final void enqueueFirst(Page page) {
        queues.get(page.operation.ordinal()).get(page.plane).addFirst(page);
        queued[page.operation.ordinal()]++;
    }

    /** When the repetition of a read has been sensed. */
    final long again(int die, long from) {
        long sensed = from + flash.timing().commandPicos(1) + flash.timing().tRPicos();
        dies[die].occupy(from, sensed, Account.WAIT_CHANNEL);
        return sensed;
    }

    final void deliver(Page page, long at) {
        page.marks.set(Account.WAIT_CHANNEL, at);
        out.accept(page, at);
    }

    final int die(Page page) {
        return page.plane / flash.geometry().planesPerDie();
    }

    final long retries() {
        return retries;
    }

    final int number() {
        return number;
    }

    final void times(long end, List<UnitTimes> into) {
        into.add(lines.times(end));
        for (Server die : dies) {
            into.add(die.times(end));
        }
    }

    /** The latest time at which any part of it is busy. */
    final long free() {
        long latest = lines.free();
        for (Server die : dies) {
            latest = Math.max(latest, die.free());
        }
        return latest;
    }
}
