package dev.skein.sim.memory;

import dev.skein.hls.board.Dram;

import java.util.ArrayDeque;

/**
 * One DRAM channel as a machine that is advanced cycle by cycle: a command stage that prepares one
 * segment, a data stage that moves one beat a cycle, and a bank state each. It keeps only counters
 * that count up or down by one each cycle, never a time in the future.
 */
public final class TickChannel {
    /** A request on this channel; done when the last beat has moved. */
    public static final class Request {
        private long position;
        private final long to;
        private final boolean write;
        private long beats;
        private boolean moving;

        /** Local bytes {@code [from, to)}. */
        public Request(long from, long to, boolean write) {
            this.position = from;
            this.to = to;
            this.write = write;
        }

        /** Whether all data has moved. */
        public boolean done() {
            return position == to && !moving;
        }

        /** Cycles in which its data moved. */
        public long beats() {
            return beats;
        }
    }

    private static final class Bank {
        private boolean open;
        private long row;
        private long sinceActivate;
    }

    private enum Step { NONE, MUST_PRECHARGE, PRECHARGING, ACTIVATING, READY }

    private final Dram dram;
    private final Bank[] banks;
    private final ArrayDeque<Request> queue = new ArrayDeque<>();

    private Step step = Step.NONE;
    private int stepLeft;
    private Request stepRequest;
    private Bank stepBank;
    private long stepRow;
    private long stepBytes;

    private Request dataRequest;
    private Bank dataBank;
    private long dataBytesLeft;
    private boolean everMoved;
    private boolean lastWrite;
    private int busIdle;

    private int untilRefresh;
    private int refreshesDue;
    private int refreshLeft;

    private long bytes;
    private long dataCycles;
    private long rowHits;
    private long rowMisses;
    private long rowConflicts;
    private long refreshes;

    /** An idle channel with all rows closed, before cycle 0. */
    public TickChannel(Dram dram) {
        this.dram = dram;
        this.banks = new Bank[dram.map().banks()];
        for (int i = 0; i < banks.length; i++) {
            banks[i] = new Bank();
        }
        this.untilRefresh = dram.timing().nREFI();
    }

    /** A request that arrives in the cycle about to be ticked. */
    public void enqueue(Request request) {
        queue.add(request);
        bytes += request.to - request.position;
    }

    /** One cycle. */
    public void tick() {
        if (untilRefresh == 0) {
            refreshesDue++;
            untilRefresh = dram.timing().nREFI();
        }
        untilRefresh--;
        if (refreshLeft == 0 && refreshesDue > 0 && step == Step.NONE && dataRequest == null) {
            startRefresh();
        }
        if (refreshLeft > 0) {
            refreshLeft--;
        } else {
            advanceCommands();
        }
        moveBeat();
        for (Bank bank : banks) {
            bank.sinceActivate++;
        }
    }

    private void startRefresh() {
        refreshesDue--;
        refreshLeft = dram.timing().nRFC();
        refreshes++;
        for (Bank bank : banks) {
            bank.open = false;
        }
    }

    /** Everything that takes no time is chained within the cycle. */
    private void advanceCommands() {
        boolean progress = true;
        while (progress) {
            progress = switch (step) {
                case NONE -> begin();
                case MUST_PRECHARGE -> precharge();
                case PRECHARGING -> stepLeft == 0 && activate();
                case ACTIVATING -> stepLeft == 0 && ready();
                case READY -> startData();
            };
        }
        stepLeft = Math.max(0, stepLeft - 1);
    }

    private boolean begin() {
        if (queue.isEmpty() || refreshesDue > 0) {
            return false;
        }
        stepRequest = queue.peek();
        long index = stepRequest.position / dram.rowBytes();
        stepBytes = Math.min(stepRequest.to, (index + 1) * dram.rowBytes()) - stepRequest.position;
        stepBank = banks[(int) (index % banks.length)];
        stepRow = index / banks.length;
        if (stepBank.open && stepBank.row == stepRow) {
            rowHits++;
            step = Step.READY;
        } else if (stepBank.open) {
            rowConflicts++;
            step = Step.MUST_PRECHARGE;
        } else {
            rowMisses++;
            activate();
        }
        return true;
    }

    private boolean precharge() {
        if (stepBank.sinceActivate < dram.timing().nRAS() || dataBank == stepBank) {
            return false;
        }
        step = Step.PRECHARGING;
        stepLeft = dram.timing().nRP();
        return true;
    }

    private boolean activate() {
        stepBank.open = true;
        stepBank.row = stepRow;
        stepBank.sinceActivate = 0;
        step = Step.ACTIVATING;
        stepLeft = dram.timing().nRCD();
        return true;
    }

    private boolean ready() {
        step = Step.READY;
        return true;
    }

    private boolean startData() {
        boolean turn = everMoved && lastWrite != stepRequest.write;
        if (dataRequest != null || (turn && busIdle < dram.timing().nRTW())) {
            return false;
        }
        dataRequest = stepRequest;
        dataRequest.moving = true;
        dataBank = stepBank;
        dataBytesLeft = stepBytes;
        everMoved = true;
        lastWrite = stepRequest.write;
        stepRequest.position += stepBytes;
        if (stepRequest.position == stepRequest.to) {
            queue.remove();
        }
        step = Step.NONE;
        return true;
    }

    private void moveBeat() {
        if (dataRequest == null) {
            busIdle++;
            return;
        }
        dataCycles++;
        dataRequest.beats++;
        dataBytesLeft -= Math.min(dataBytesLeft, dram.bytesPerTick());
        if (dataBytesLeft == 0) {
            dataRequest.moving = false;
            dataRequest = null;
            dataBank = null;
            busIdle = 0;
        }
    }

    /** The counters so far. */
    public ChannelCounts counts() {
        return new ChannelCounts(bytes, dataCycles, rowHits, rowMisses, rowConflicts, refreshes);
    }
}
