package dev.skein.sim.memory;

import dev.skein.hls.board.DramTiming;
import java.util.ArrayDeque;

/** A bank, tick by tick: its row, what is to be done with it in order, and counters to zero. */
final class TickBank {
    /** One thing to do: the accesses of a segment to a row, or a refresh (row null). */
    static final class Task {
        final Long row;
        final boolean hit;
        /** Accesses left. */
        int bursts;
        private boolean activated;

        Task(Long row, boolean hit, int bursts) {
            this.row = row;
            this.hit = hit;
            this.bursts = bursts;
            this.activated = hit;
        }
    }

    private final DramTiming nT;
    private final boolean closedPage;
    final int group;
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    /** The row that will be open when all tasks are done, or null. */
    private Long plannedRow;
    private Long openRow;
    private boolean closing;
    private int untilPrecharge;
    private int untilRecovered;
    private int untilRowCycle;
    private int untilColumn;

    TickBank(DramTiming nT, boolean closedPage, int group) {
        this.nT = nT;
        this.closedPage = closedPage;
        this.group = group;
    }

    /** Another row is planned to be open. */
    boolean conflictsWith(long row) {
        return plannedRow != null && plannedRow != row;
    }

    Task plan(long row, int bursts) {
        var task = new Task(row, plannedRow != null && plannedRow == row, bursts);
        tasks.add(task);
        plannedRow = closedPage ? null : Long.valueOf(row);
        return task;
    }

    void planRefresh() {
        tasks.add(new Task(null, false, 0));
        plannedRow = null;
    }

    /** Precharges and refreshes if it is time; returns 2 for a refresh, 1 for a precharge. */
    int advance() {
        if (closing && untilPrecharge == 0) {
            closing = false;
            precharge();
            return 1;
        }
        Task task = tasks.peek();
        if (task == null || closing) {
            return 0;
        }
        if (task.row == null) {
            boolean open = openRow != null;
            if (open ? untilPrecharge > 0 : untilRecovered > 0) {
                return 0;
            }
            openRow = null;
            untilRecovered = (open ? nT.nRP() : 0) + nT.nRFCsb();
            tasks.remove();
            return 2;
        }
        if (!task.hit && openRow != null && !openRow.equals(task.row) && untilPrecharge == 0) {
            precharge();
            return 1;
        }
        return 0;
    }

    private void precharge() {
        openRow = null;
        untilRecovered = nT.nRP();
    }

    boolean mayActivate(Task task) {
        return tasks.peek() == task && !closing && openRow == null && untilRecovered == 0
                && untilRowCycle == 0;
    }

    void activate(Task task) {
        openRow = task.row;
        task.activated = true;
        untilPrecharge = Math.max(untilPrecharge, nT.nRAS());
        untilRowCycle = nT.nRC();
        untilColumn = nT.nRCD();
    }

    boolean mayAccess(Task task) {
        return tasks.peek() == task && task.activated && untilColumn == 0;
    }

    /** One burst. */
    void access(Task task, int precharge) {
        untilPrecharge = Math.max(untilPrecharge, precharge);
        if (--task.bursts == 0) {
            tasks.remove();
            closing = closedPage;
        }
    }

    /** A refresh of all banks. */
    void close() {
        openRow = null;
        plannedRow = null;
        closing = false;
    }

    void endTick() {
        untilPrecharge = Math.max(0, untilPrecharge - 1);
        untilRecovered = Math.max(0, untilRecovered - 1);
        untilRowCycle = Math.max(0, untilRowCycle - 1);
        untilColumn = Math.max(0, untilColumn - 1);
    }
}
