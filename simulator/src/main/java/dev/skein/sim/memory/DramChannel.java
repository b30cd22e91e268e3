package dev.skein.sim.memory;

import dev.skein.hls.board.Dram;

import java.util.Arrays;

/**
 * One DRAM channel by arithmetic: since service is in order of arrival, the times of a request are
 * known as soon as it arrives. The rules are those of the package documentation.
 */
public final class DramChannel {
    private static final long CLOSED = -1;

    private final Dram dram;
    private final int fullRowBeats;
    private final long[] openRow;
    private final long[] activatedAt;
    private final long[] dataEndOf;
    private long dataStart;
    private long dataEnd;
    private boolean lastWrite;
    private long refreshDue;
    private long refreshEnd;

    private long bytes;
    private long dataCycles;
    private long rowHits;
    private long rowMisses;
    private long rowConflicts;
    private long refreshes;

    /** An idle channel with all rows closed at cycle 0. */
    public DramChannel(Dram dram) {
        this.dram = dram;
        this.fullRowBeats = Math.ceilDiv(dram.rowBytes(), dram.bytesPerTick());
        this.openRow = new long[dram.map().banks()];
        Arrays.fill(openRow, CLOSED);
        this.activatedAt = new long[dram.map().banks()];
        this.dataEndOf = new long[dram.map().banks()];
        this.dataEnd = -dram.timing().nRTW();
        this.refreshDue = dram.timing().nREFI();
    }

    /**
     * Serves a request; calls must come in order of service.
     *
     * @param arrival cycle of arrival, not before that of the previous call
     * @param from first local byte, a multiple of the access size
     * @param to end, more than from
     * @param write direction
     * @return the end of its data: first cycle after the last beat
     */
    public long serve(long arrival, long from, long to, boolean write) {
        long index = from / dram.rowBytes();
        int bank = (int) (index % openRow.length);
        long row = index / openRow.length;
        long position = from;
        while (position < to) {
            long rowEnd = (index + 1) * dram.rowBytes();
            long end = Math.min(to, rowEnd);
            long size = end - position;
            int beats = size == dram.rowBytes() ? fullRowBeats
                    : (int) Math.ceilDiv(size, (long) dram.bytesPerTick());
            segment(Math.max(arrival, dataStart), bank, row, write, beats);
            position = end;
            index++;
            if (++bank == openRow.length) {
                bank = 0;
                row++;
            }
        }
        bytes += to - from;
        return dataEnd;
    }

    private void segment(long earliest, int bank, long row, boolean write, int beats) {
        long begin = earliest >= refreshDue ? refresh(earliest) : earliest;
        long ready = begin;
        if (openRow[bank] == row) {
            rowHits++;
        } else {
            long activate = begin;
            if (openRow[bank] == CLOSED) {
                rowMisses++;
            } else {
                rowConflicts++;
                long precharge = Math.max(begin,
                        Math.max(activatedAt[bank] + dram.timing().nRAS(), dataEndOf[bank]));
                activate = precharge + dram.timing().nRP();
            }
            openRow[bank] = row;
            activatedAt[bank] = activate;
            ready = activate + dram.timing().nRCD();
        }
        dataStart = Math.max(ready, write == lastWrite ? dataEnd : dataEnd + dram.timing().nRTW());
        dataEnd = dataStart + beats;
        dataEndOf[bank] = dataEnd;
        lastWrite = write;
        dataCycles += beats;
    }

    /** Does the refreshes due before a segment that could begin now; returns when it begins. */
    private long refresh(long earliest) {
        long begin = earliest;
        while (begin >= refreshDue) {
            startRefresh();
            begin = Math.max(begin, refreshEnd);
        }
        return begin;
    }

    private long nextRefreshStart() {
        return Math.max(refreshDue, Math.max(dataEnd, refreshEnd));
    }

    private void startRefresh() {
        refreshEnd = nextRefreshStart() + dram.timing().nRFC();
        refreshDue += dram.timing().nREFI();
        refreshes++;
        Arrays.fill(openRow, CLOSED);
    }

    /** Cycles in which data has moved so far. */
    public long dataCycles() {
        return dataCycles;
    }

    /** Ends the run: refreshes of the idle time up to this cycle are done; the counters. */
    public ChannelCounts finish(long cycles) {
        while (nextRefreshStart() < cycles) {
            startRefresh();
        }
        return new ChannelCounts(bytes, dataCycles, rowHits, rowMisses, rowConflicts, refreshes);
    }
}
