package dev.skein.sim.memory;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import java.util.Arrays;

/**
 * One DRAM channel by arithmetic: since service is in order of arrival, the times of a request are
 * known as soon as it arrives. The rules are those of the package documentation. Work is done a row
 * segment at a time, however many bursts it has.
 */
public final class DramChannel {
    private static final long LONG_AGO = -(1L << 50);

    private final DramTiming nT;
    private final int burstTicks;
    private final int burstBytes;
    /** Banks that bursts go round, and bursts of a segment at most: powers of two. */
    private final int round;
    private final int blockBursts;
    private final int blockShift;
    private final int upperShift;
    private final int[] upperBanks;
    private final int[] lowerBanks;
    private final int[] groupOf;
    /** Whether bursts that go round the interleaved banks are never held up by their group. */
    private final boolean smooth;
    private final boolean refreshAll;
    private final BankTimes banks;
    private final long[] ready;
    /** The last column of each bank that bursts go round. */
    private final long[] columns;

    private final long[] groupColumn;
    private final long[] groupWritten;
    private long lastColumn = LONG_AGO;
    private long lastRead = LONG_AGO;
    private long written = LONG_AGO;
    /** First columns of the last segments, as many as are prepared ahead. */
    private final long[] firstColumns;
    private int slot;
    private long begin;
    private long refreshDue;
    private long refreshEnd;

    private long requestFrom;
    private long bytes;
    private long bursts;

    /** An idle channel with all rows closed at tick 0. */
    public DramChannel(Dram dram) {
        AddressMap map = dram.map();
        this.nT = dram.timing();
        this.burstTicks = dram.burstTicks();
        this.burstBytes = dram.burstBytes();
        this.round = map.interleave();
        this.blockBursts = dram.rowBytes() / burstBytes * round;
        this.blockShift = Integer.numberOfTrailingZeros(blockBursts);
        this.upperShift = Integer.numberOfTrailingZeros(map.upperBanks().size());
        this.upperBanks = map.upperBanks().stream().mapToInt(b -> b).toArray();
        this.lowerBanks = map.lowerBanks().stream().mapToInt(b -> b).toArray();
        this.groupOf = new int[map.banks()];
        Arrays.setAll(groupOf, map::group);
        this.smooth = smooth();
        this.refreshAll = !dram.refreshPerBank();
        this.banks = new BankTimes(dram);
        this.ready = new long[round];
        this.columns = new long[round];
        this.groupColumn = new long[map.bankGroups()];
        this.groupWritten = new long[map.bankGroups()];
        Arrays.fill(groupColumn, LONG_AGO);
        Arrays.fill(groupWritten, LONG_AGO);
        this.firstColumns = new long[dram.lookahead()];
        Arrays.fill(firstColumns, LONG_AGO);
        this.refreshDue = nT.nREFI();
    }

    private boolean smooth() {
        for (int i = 0; i < round; i++) {
            int distance = 1;
            while (groupOf[lowerBanks[(i + distance) % round]] != groupOf[lowerBanks[i]]) {
                distance++;
            }
            if (distance * nT.nCCDS() < nT.nCCDL()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Serves a request; calls must come in order of service.
     *
     * @param arrival tick of arrival, not before that of the previous call
     * @param from first local byte, a multiple of the access size
     * @param to end, more than from
     * @param write direction
     * @param way links between the channel and the port, from the channel on
     * @return the end of its data at the port: first tick after the last burst
     */
    public long serve(long arrival, long from, long to, boolean write, LinkTimes[] way) {
        long burst = from / burstBytes;
        long last = to / burstBytes;
        long end = 0;
        requestFrom = -1;
        while (burst < last) {
            long block = burst >> blockShift;
            int first = (int) burst & blockBursts - 1;
            int n = (int) Math.min(last - burst, blockBursts - first);
            long from0 = segment(arrival, block, first, n, write);
            requestFrom = requestFrom < 0 ? from0 : requestFrom;
            end = way.length == 0 ? lastColumn + burstTicks : pass(way, from0, n);
            burst += n;
        }
        bytes += to - from;
        return end;
    }

    private long pass(LinkTimes[] way, long from, int n) {
        long begun = from;
        long end = lastColumn + burstTicks;
        for (LinkTimes link : way) {
            begun = link.begin(begun);
            end = link.end(begun, (long) n * burstTicks, end);
        }
        return end;
    }

    /** Serves bursts of one row in each bank; returns the first column. */
    private long segment(long arrival, long block, int first, int n, boolean write) {
        begin = Math.max(Math.max(begin, arrival), firstColumns[slot]);
        if (refreshAll && begin >= refreshDue) {
            refresh();
        }
        int upper = upperBanks[(int) block & upperBanks.length - 1];
        long row = block >> upperShift;
        int touched = Math.min(n, round);
        for (int i = 0; i < touched; i++) {
            ready[i] = banks.open(upper + lowerBanks[first + i & round - 1], row, begin);
        }
        int explicit = smooth ? touched : n;
        for (int i = 0; i < explicit; i++) {
            int lower = first + i & round - 1;
            int group = groupOf[upper + lowerBanks[lower]];
            column(lower, group, earliest(group, i < round ? ready[i] : LONG_AGO, write));
            if (i == 0) {
                firstColumns[slot] = lastColumn;
            }
        }
        long base = lastColumn - (long) (explicit - 1) * nT.nCCDS();
        for (int i = Math.max(explicit, n - round); i < n; i++) {
            int lower = first + i & round - 1;
            column(lower, groupOf[upper + lowerBanks[lower]], base + (long) i * nT.nCCDS());
        }
        leave(upper, first + n, touched, write);
        long from = firstColumns[slot];
        slot = slot + 1 == firstColumns.length ? 0 : slot + 1;
        bursts += n;
        return from;
    }

    /** The last column of each bank and group is known, and so what they owe. */
    private void leave(int upper, int end, int touched, boolean write) {
        int settle = write ? nT.nCWL() + burstTicks + nT.nWR() : nT.nRTP();
        for (int i = end - touched; i < end; i++) {
            int bank = upper + lowerBanks[i & round - 1];
            long column = columns[i & round - 1];
            banks.leave(bank, column + settle);
            if (write) {
                groupWritten[groupOf[bank]] = column + nT.nCWL() + burstTicks;
            }
        }
        if (write) {
            written = lastColumn + nT.nCWL() + burstTicks;
        } else {
            lastRead = lastColumn;
        }
    }

    private long earliest(int group, long ready, boolean write) {
        long t = Math.max(ready, Math.max(lastColumn + nT.nCCDS(),
                groupColumn[group] + nT.nCCDL()));
        return write ? Math.max(t, lastRead + nT.nRTW())
                : Math.max(t, Math.max(written + nT.nWTRS(), groupWritten[group] + nT.nWTRL()));
    }

    private void column(int lower, int group, long t) {
        lastColumn = t;
        columns[lower] = t;
        groupColumn[group] = t;
    }

    /** Does the refreshes due before a segment that could begin now. */
    private void refresh() {
        while (begin >= refreshDue) {
            startRefresh();
            begin = Math.max(begin, refreshEnd);
        }
    }

    private long nextRefresh() {
        return Math.max(refreshDue, Math.max(refreshEnd, banks.allSettled()));
    }

    private void startRefresh() {
        refreshEnd = nextRefresh() + nT.nRP() + nT.nRFC();
        refreshDue += nT.nREFI();
        banks.refreshAll(refreshEnd);
    }

    /** First tick of the data of the last request. */
    public long requestFrom() {
        return requestFrom;
    }

    /** End of the data of the last request at the channel. */
    public long requestTo() {
        return lastColumn + burstTicks;
    }

    /** Ticks in which data has moved so far. */
    public long dataTicks() {
        return bursts * burstTicks;
    }

    /** Ends the run: refreshes that begin before this tick are done; the counters. */
    public ChannelCounts finish(long ticks) {
        while (refreshAll && nextRefresh() < ticks) {
            startRefresh();
        }
        banks.finish(ticks);
        return new ChannelCounts(bytes, dataTicks(), banks.rowHits, banks.rowMisses,
                banks.rowConflicts, banks.refreshes);
    }
}
