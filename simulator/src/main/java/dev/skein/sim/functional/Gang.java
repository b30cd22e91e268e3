package dev.skein.sim.functional;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A helper thread for pieces of some ten microseconds, too short for a fork-join pool: the helper
 * spins a while for the next job before it parks, and the caller takes every piece the helper has
 * not begun, so a helper that is not scheduled costs nothing. If it is interrupted in a piece, as
 * on a busy host, the caller has to wait; then the next jobs are done alone, the more of them the
 * more often that happens.
 */
final class Gang {
    /** Work in pieces that do not touch each other's results. */
    interface Job {
        /**
         * Does one piece.
         *
         * @param worker 0 for the caller, 1 for the helper: whose scratch memory to use
         */
        void piece(int index, int worker);
    }

    /** One job handed to the helper. */
    private static final class Task {
        final int count;
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        /** Cleared when all is done, so that a parked helper keeps no machine alive. */
        volatile Job job;
        volatile RuntimeException failure;
        volatile Error error;

        Task(Job job, int count) {
            this.job = job;
            this.count = count;
        }

        void work(int worker) {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    job.piece(i, worker);
                } catch (RuntimeException e) {
                    failure = e;
                } catch (Error e) {
                    error = e;
                } finally {
                    done.incrementAndGet();
                }
            }
        }
    }

    private static final int SPINS = 20_000;

    /** Waiting longer than this, and than twice its own work, the caller finds the helper late. */
    private static final long LATE_NANOS = 200_000;

    private static final int MOST_ALONE = 1 << 12;

    /** Shared by all machines of the process; a second one at the same time works alone. */
    private static final Gang SHARED = new Gang();

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Task current;
    private volatile boolean parked;
    private Thread helper;
    /** Jobs still to be done alone, and how many it will be next time; both with busy held. */
    private int alone;
    private int penalty = 1;

    private Gang() {
    }

    /** Does all pieces, with the helper if it is free, and returns when they are done. */
    static void run(Job job, int count) {
        if (count == 1 || !SHARED.busy.compareAndSet(false, true)) {
            alone(job, count);
            return;
        }
        try {
            SHARED.share(job, count);
        } finally {
            SHARED.busy.set(false);
        }
    }

    /** Does all pieces on the calling thread. */
    static void alone(Job job, int count) {
        for (int i = 0; i < count; i++) {
            job.piece(i, 0);
        }
    }

    private void share(Job job, int count) {
        if (helper == null) {
            helper = Thread.ofPlatform().daemon().name("skein-helper").start(this::help);
        }
        if (alone > 0) {
            alone--;
            alone(job, count);
            return;
        }
        var task = new Task(job, count);
        current = task;
        if (parked) {
            LockSupport.unpark(helper);
        }
        long start = System.nanoTime();
        task.work(0);
        await(task, start);
        task.job = null;
        if (task.error != null) {
            throw task.error;
        }
        if (task.failure != null) {
            throw task.failure;
        }
    }

    private void await(Task task, long start) {
        long worked = System.nanoTime();
        long late = worked + Math.max(LATE_NANOS, 2 * (worked - start));
        boolean inTime = true;
        while (task.done.get() < task.count) {
            inTime = inTime && System.nanoTime() < late;
            if (inTime) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        penalty = inTime ? Math.max(1, penalty - 1) : Math.min(MOST_ALONE, 4 * penalty);
        alone = inTime ? 0 : penalty;
    }

    private void help() {
        Task last = null;
        while (true) {
            last = await(last);
            last.work(1);
        }
    }

    private Task await(Task last) {
        for (int spins = 0; spins < SPINS; spins++) {
            if (current != last) {
                return current;
            }
            Thread.onSpinWait();
        }
        parked = true;
        while (current == last) {
            LockSupport.park(this);
        }
        parked = false;
        return current;
    }
}
