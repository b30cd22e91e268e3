package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** Each die goes on as soon as its own data is out; see the package documentation. */
final class PipelinedChannel extends Channel {
    private final boolean[] busy;
    private long commandFree;

    PipelinedChannel(int number, Flash flash, EventQueue events, FaultPlan.Draws faults,
            ObjLongConsumer<Page> out) {
        super(number, flash, events, faults, out);
        busy = new boolean[flash.geometry().diesPerChannel()];
    }

    @Override
    void kick(long now) {
        for (int die = 0; die < busy.length; die++) {
            if (!busy[die]) {
                start(die, now);
            }
        }
    }

    private void start(int die, long now) {
        for (FlashOperation operation : FlashOperation.values()) {
            List<Page> own = queued(operation) == 0 ? List.of() : take(operation, die);
            if (!own.isEmpty()) {
                busy[die] = true;
                switch (operation) {
                    case READ -> read(die, own, now);
                    case PROGRAM -> program(die, own, now);
                    case ERASE -> erase(die, own, now);
                }
                return;
            }
        }
    }

    private void read(int die, List<Page> own, long now) {
        Flash.Timing timing = flash.timing();
        long command = Math.max(now, commandFree);
        commandFree = command + timing.linesPicos(own.size());
        long sensed = command + timing.commandPicos(own.size()) + timing.tRPicos();
        begin(die, command, sensed, own.getFirst());
        events.add(sensed, at -> moveOut(die, own, at));
    }

    private void moveOut(int die, List<Page> pages, long sensed) {
        var wrong = new ArrayList<Page>();
        long end = sensed;
        for (Page page : pages) {
            end = moveOut(die, page, sensed);
            if (wrong(page)) {
                wrong.add(page);
            } else {
                deliver(page, end);
            }
        }
        if (wrong.isEmpty()) {
            finish(die, end);
        } else {
            events.add(again(die, end), at -> moveOut(die, wrong, at));
        }
    }

    private void program(int die, List<Page> own, long now) {
        begin(die, now, now, own.getFirst());
        long in = now;
        for (Page page : own) {
            in = moveIn(die, page, now);
        }
        long done = in + flash.timing().commandPicos(own.size()) + flash.timing().tPROGPicos();
        programming(die, in, done);
        own.forEach(page -> deliver(page, done));
        finish(die, done);
    }

    private void erase(int die, List<Page> own, long now) {
        long done = now + flash.timing().commandPicos(own.size()) + flash.timing().tBERSPicos();
        begin(die, now, done, own.getFirst());
        own.forEach(page -> deliver(page, done));
        finish(die, done);
    }

    private void finish(int die, long end) {
        events.add(end, now -> {
            busy[die] = false;
            start(die, now);
        });
    }
}
