package dev.skein.sim.memory;

import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import java.util.Arrays;

/** The banks of a channel by arithmetic: which row is open, and from when what is allowed. */
final class BankTimes {
    private static final long LONG_AGO = -(1L << 50);
    private static final long CLOSED = -1;
    private static final int FOUR = 4;

    private final DramTiming nT;
    private final boolean closedPage;
    private final int[] groupOf;
    private final long[] openRow;
    private final long[] activatedAt;
    /** From when a precharge is allowed, as far as the last activate and columns go. */
    private final long[] settled;
    /** From when a closed bank has recovered from its precharge or refresh. */
    private final long[] recovered;
    private final long[] refreshDue;
    private final long refreshPeriod;
    private final long[] groupActivatedAt;
    private final long[] lastFour = new long[FOUR];
    private int activates;
    private long activatedLast = LONG_AGO;
    private long allSettled;

    long rowHits;
    long rowMisses;
    long rowConflicts;
    long refreshes;

    BankTimes(Dram dram) {
        this.nT = dram.timing();
        this.closedPage = dram.closedPage();
        int banks = dram.map().banks();
        this.groupOf = new int[banks];
        Arrays.setAll(groupOf, dram.map()::group);
        this.openRow = filled(banks, CLOSED);
        this.activatedAt = filled(banks, LONG_AGO);
        this.settled = new long[banks];
        this.recovered = new long[banks];
        this.groupActivatedAt = filled(dram.map().bankGroups(), LONG_AGO);
        Arrays.fill(lastFour, LONG_AGO);
        long interval = Math.max(1, nT.nREFI() / banks);
        this.refreshPeriod = interval * banks;
        this.refreshDue = new long[banks];
        Arrays.setAll(refreshDue, b -> dram.refreshPerBank() ? (b + 1) * interval
                : Long.MAX_VALUE);
    }

    private static long[] filled(int n, long value) {
        long[] a = new long[n];
        Arrays.fill(a, value);
        return a;
    }

    /** Opens a row for a segment that begins at {@code begin}; from when columns are allowed. */
    long open(int bank, long row, long begin) {
        while (refreshDue[bank] <= begin) {
            refresh(bank);
        }
        if (openRow[bank] == row) {
            rowHits++;
            return Math.max(begin, activatedAt[bank] + nT.nRCD());
        }
        long activate;
        if (openRow[bank] == CLOSED) {
            rowMisses++;
            activate = Math.max(begin, recovered[bank]);
        } else {
            rowConflicts++;
            activate = Math.max(begin, settled[bank]) + nT.nRP();
        }
        int group = groupOf[bank];
        activate = Math.max(Math.max(activate, activatedAt[bank] + nT.nRC()),
                Math.max(Math.max(activatedLast + nT.nRRDS(),
                        groupActivatedAt[group] + nT.nRRDL()),
                        lastFour[activates & FOUR - 1] + nT.nFAW()));
        openRow[bank] = row;
        activatedAt[bank] = activate;
        activatedLast = activate;
        groupActivatedAt[group] = activate;
        lastFour[activates++ & FOUR - 1] = activate;
        settle(bank, activate + nT.nRAS());
        return activate + nT.nRCD();
    }

    private void settle(int bank, long time) {
        settled[bank] = Math.max(settled[bank], time);
        allSettled = Math.max(allSettled, time);
    }

    /** A segment has had its last access to the bank: no precharge before this time. */
    void leave(int bank, long time) {
        settle(bank, time);
        if (closedPage) {
            openRow[bank] = CLOSED;
            recovered[bank] = settled[bank] + nT.nRP();
        }
    }

    private long refreshFrom(int bank) {
        return Math.max(refreshDue[bank],
                openRow[bank] == CLOSED ? recovered[bank] : settled[bank]);
    }

    private void refresh(int bank) {
        long from = refreshFrom(bank);
        recovered[bank] = from + (openRow[bank] == CLOSED ? 0 : nT.nRP()) + nT.nRFCsb();
        openRow[bank] = CLOSED;
        refreshDue[bank] += refreshPeriod;
        refreshes++;
    }

    /** From when all banks can be precharged together. */
    long allSettled() {
        return allSettled;
    }

    /** All banks are refreshed until {@code end}. */
    void refreshAll(long end) {
        refreshes++;
        Arrays.fill(openRow, CLOSED);
        Arrays.fill(recovered, end);
    }

    /** Does the refreshes of single banks that begin before this tick. */
    void finish(long ticks) {
        for (int b = 0; b < openRow.length; b++) {
            while (refreshDue[b] < ticks && refreshFrom(b) < ticks) {
                refresh(b);
            }
        }
    }
}
