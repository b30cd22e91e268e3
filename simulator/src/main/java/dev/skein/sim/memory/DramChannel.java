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
    private final int round;
    private final int blockBursts;
    private final int[] upperBanks;
    private final int[] lowerBanks;
    private final int[] groupOf;
    /** Whether bursts that go round the interleaved banks are never held up by their group. */
    private final boolean smooth;
    private final boolean refreshAll;
    private final BankTimes banks;
    private final long[] ready;

    private final long[] groupColumn;
    private final long[] groupWritten;
    private long lastColumn = LONG_AGO;
    private long lastRead = LONG_AGO;
    private long written = LONG_AGO;
    /** First columns of the last segments, as many as are prepared ahead. */
    private final long[] firstColumns;
    private int segments;
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
        this.upperBanks = map.upperBanks().stream().mapToInt(b -> b).toArray();
        this.lowerBanks = map.lowerBanks().stream().mapToInt(b -> b).toArray();
        this.groupOf = new int[map.banks()];
        Arrays.setAll(groupOf, map::group);
        this.smooth = smooth();
        this.refreshAll = !dram.refreshPerBank();
        this.banks = new BankTimes(dram);
        this.ready = new long[round];
        this.groupColumn = new long[map.bankGroups()];
        this.groupWritten = new long[map.bankGroups()];
        Arrays.fill(groupColumn, LONG_AGO);
        Arrays.fill(groupWritten, LONG_AGO);
        this.firstColumns = new long[dram.lookahead()];
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
        int firstSegment = segments;
        while (burst < last) {
            long block = burst / blockBursts;
            int first = (int) (burst % blockBursts);
            int n = (int) Math.min(last - burst, blockBursts - first);
            segment(arrival, block, first, n, write);
            if (segments == firstSegment + 1) {
                requestFrom = firstColumns[firstSegment % firstColumns.length];
            }
            end = pass(way, n);
            burst += n;
        }
        bytes += to - from;
        return end;
    }

    private long pass(LinkTimes[] way, int n) {
        long begun = firstColumns[(segments - 1) % firstColumns.length];
        long end = lastColumn + burstTicks;
        for (LinkTimes link : way) {
            begun = link.begin(begun);
            end = link.end(begun, (long) n * burstTicks, end);
        }
        return end;
    }

    private void segment(long arrival, long block, int first, int n, boolean write) {
        int slot = segments % firstColumns.length;
        begin = Math.max(Math.max(begin, arrival),
                segments < firstColumns.length ? 0 : firstColumns[slot]);
        if (refreshAll && begin >= refreshDue) {
            refresh();
        }
        int upper = upperBanks[(int) (block % upperBanks.length)];
        long row = block / upperBanks.length;
        int touched = Math.min(n, round);
        for (int i = 0; i < touched; i++) {
            ready[i] = banks.open(upper + lowerBanks[(first + i) % round], row, begin);
        }
        int explicit = smooth ? touched : n;
        for (int i = 0; i < explicit; i++) {
            int bank = upper + lowerBanks[(first + i) % round];
            column(bank, earliest(groupOf[bank], i < round ? ready[i] : LONG_AGO, write), write);
            if (i == 0) {
                firstColumns[slot] = lastColumn;
            }
        }
        long base = lastColumn - (long) (explicit - 1) * nT.nCCDS();
        for (int i = Math.max(explicit, n - round); i < n; i++) {
            column(upper + lowerBanks[(first + i) % round], base + (long) i * nT.nCCDS(), write);
        }
        for (int i = 0; i < touched; i++) {
            banks.leave(upper + lowerBanks[(first + i) % round]);
        }
        segments++;
        bursts += n;
    }

    private long earliest(int group, long ready, boolean write) {
        long t = Math.max(ready, Math.max(lastColumn + nT.nCCDS(),
                groupColumn[group] + nT.nCCDL()));
        return write ? Math.max(t, lastRead + nT.nRTW())
                : Math.max(t, Math.max(written + nT.nWTRS(), groupWritten[group] + nT.nWTRL()));
    }

    private void column(int bank, long t, boolean write) {
        int group = groupOf[bank];
        lastColumn = t;
        groupColumn[group] = t;
        if (write) {
            written = t + nT.nCWL() + burstTicks;
            groupWritten[group] = written;
            banks.settle(bank, written + nT.nWR());
        } else {
            lastRead = t;
            banks.settle(bank, t + nT.nRTP());
        }
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
