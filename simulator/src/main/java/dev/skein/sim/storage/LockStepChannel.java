package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** All planes work together, in rounds; see the package documentation. */
final class LockStepChannel extends Channel {
    private boolean inRound;

    LockStepChannel(int number, Flash flash, EventQueue events, FaultPlan.Draws faults,
            ObjLongConsumer<Page> out) {
        super(number, flash, events, faults, out);
    }

    @Override
    void kick(long now) {
        if (inRound) {
            return;
        }
        long end;
        if (queued(FlashOperation.READ) > 0) {
            end = reads(now);
        } else if (queued(FlashOperation.PROGRAM) > 0) {
            end = programs(now);
        } else if (queued(FlashOperation.ERASE) > 0) {
            end = erases(now);
        } else {
            return;
        }
        inRound = true;
        events.add(end, later -> {
            inRound = false;
            kick(later);
        });
    }

    private long reads(long now) {
        Flash.Timing timing = flash.timing();
        var pages = new ArrayList<Page>();
        var sensed = new ArrayList<Long>();
        long command = now;
        for (int die = 0; die < dies(); die++) {
            List<Page> own = take(FlashOperation.READ, die);
            if (own.isEmpty()) {
                continue;
            }
            long ready = command + timing.commandPicos(own.size()) + timing.tRPicos();
            begin(die, command, ready, own.getFirst());
            command += timing.linesPicos(own.size());
            for (Page page : own) {
                pages.add(page);
                sensed.add(ready);
            }
        }
        long end = now;
        for (int i = 0; i < pages.size(); i++) {
            Page page = pages.get(i);
            end = moveOut(die(page), page, sensed.get(i));
            if (wrong(page)) {
                enqueueFirst(page);
            } else {
                deliver(page, end);
            }
        }
        return end;
    }

    private long programs(long now) {
        long end = now;
        for (int die = 0; die < dies(); die++) {
            List<Page> own = take(FlashOperation.PROGRAM, die);
            if (own.isEmpty()) {
                continue;
            }
            begin(die, now, now, own.getFirst());
            long in = now;
            for (Page page : own) {
                in = moveIn(die, page, now);
            }
            long done = in + flash.timing().commandPicos(own.size()) + flash.timing().tPROGPicos();
            programming(die, in, done);
            own.forEach(page -> deliver(page, done));
            end = Math.max(end, done);
        }
        return end;
    }

    private long erases(long now) {
        long end = now;
        for (int die = 0; die < dies(); die++) {
            List<Page> own = take(FlashOperation.ERASE, die);
            if (!own.isEmpty()) {
                long done = now + flash.timing().commandPicos(own.size())
                        + flash.timing().tBERSPicos();
                begin(die, now, done, own.getFirst());
                own.forEach(page -> deliver(page, done));
                end = Math.max(end, done);
            }
        }
        return end;
    }
}
