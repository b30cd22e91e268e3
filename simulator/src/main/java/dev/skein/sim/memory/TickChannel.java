package dev.skein.sim.memory;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * One DRAM channel as a machine that is advanced tick by tick, one command of each kind and one
 * burst at a time. It keeps only counters that count up or down by one each tick, never a time in
 * the future.
 */
public final class TickChannel {
    /** A row segment being prepared: its accesses to each bank. */
    private static final class Segment {
        private final TickRequest request;
        private final int[] banks;
        private final TickBank.Task[] tasks;
        private final int bursts;
        private int issued;

        private Segment(TickRequest request, int[] banks, TickBank.Task[] tasks, int bursts) {
            this.request = request;
            this.banks = banks;
            this.tasks = tasks;
            this.bursts = bursts;
        }
    }

    private record Activation(TickBank bank, TickBank.Task task) {}

    private final Dram dram;
    private final DramTiming nT;
    private final AddressMap map;
    private final TickBank[] banks;
    private final ArrayDeque<TickRequest> queue = new ArrayDeque<>();
    private final ArrayDeque<Segment> window = new ArrayDeque<>();
    private final ArrayDeque<Activation> activations = new ArrayDeque<>();
    private final ArrayDeque<int[]> recentActivates = new ArrayDeque<>();
    private final int[] untilGroupActivate;
    private final int[] untilGroupColumn;
    private final int[] untilGroupRead;
    private int untilActivate;
    private int untilColumn;
    private int untilRead;
    private int untilWrite;
    private int untilSettled;

    private int untilRefresh;
    private int refreshesDue;
    private int refreshLeft;
    private int nextBank;

    private TickRequest moving;
    private int movingLeft;

    private long bytes;
    private long dataTicks;
    private long rowHits;
    private long rowMisses;
    private long rowConflicts;
    private long refreshes;

    /** An idle channel with all rows closed, before tick 0. */
    public TickChannel(Dram dram) {
        this.dram = dram;
        this.nT = dram.timing();
        this.map = dram.map();
        this.banks = new TickBank[map.banks()];
        Arrays.setAll(banks, b -> new TickBank(nT, dram.closedPage(), map.group(b)));
        this.untilGroupActivate = new int[map.bankGroups()];
        this.untilGroupColumn = new int[map.bankGroups()];
        this.untilGroupRead = new int[map.bankGroups()];
        this.untilRefresh = refreshInterval();
    }

    private int refreshInterval() {
        return dram.refreshPerBank() ? Math.max(1, nT.nREFI() / banks.length) : nT.nREFI();
    }

    /** A request that arrives in the tick about to be executed. */
    public void enqueue(TickRequest request) {
        queue.add(request);
        bytes += request.to - request.position;
    }

    /** One tick. */
    public void tick() {
        if (untilRefresh == 0) {
            refreshDue();
            untilRefresh = refreshInterval();
        }
        untilRefresh--;
        boolean progress = true;
        while (progress) {
            progress = refreshAll() | begin() | advanceBanks() | activate() | access();
        }
        moveBurst();
        endTick();
    }

    private void refreshDue() {
        if (dram.refreshPerBank()) {
            banks[nextBank].planRefresh();
            nextBank = (nextBank + 1) % banks.length;
        } else {
            refreshesDue++;
        }
    }

    private boolean refreshAll() {
        if (refreshesDue == 0 || refreshLeft > 0 || !window.isEmpty() || untilSettled > 0) {
            return false;
        }
        refreshesDue--;
        refreshes++;
        refreshLeft = nT.nRP() + nT.nRFC();
        for (TickBank bank : banks) {
            bank.close();
        }
        return true;
    }

    private boolean begin() {
        int ahead = 0;
        for (Segment s : window) {
            ahead += s.issued == 0 ? 1 : 0;
        }
        if (queue.isEmpty() || refreshesDue > 0 || refreshLeft > 0 || ahead == dram.lookahead()) {
            return false;
        }
        TickRequest request = queue.peek();
        int round = map.interleave();
        long burst = request.position / dram.burstBytes();
        long blockBursts = (long) dram.rowBytes() / dram.burstBytes() * round;
        long block = burst / blockBursts;
        long end = Math.min(request.to / dram.burstBytes(), (block + 1) * blockBursts);
        int bursts = (int) (end - burst);
        int[] order = new int[Math.min(round, bursts)];
        var tasks = new TickBank.Task[order.length];
        long row = block / map.upperBanks().size();
        for (int i = 0; i < order.length; i++) {
            order[i] = map.upperBanks().get((int) (block % map.upperBanks().size()))
                    + map.lowerBanks().get((int) ((burst + i) % round));
            TickBank bank = banks[order[i]];
            boolean conflict = bank.conflictsWith(row);
            tasks[i] = bank.plan(row, (bursts - i + round - 1) / round);
            if (tasks[i].hit) {
                rowHits++;
            } else {
                rowConflicts += conflict ? 1 : 0;
                rowMisses += conflict ? 0 : 1;
                activations.add(new Activation(bank, tasks[i]));
            }
        }
        window.add(new Segment(request, order, tasks, bursts));
        request.position = end * dram.burstBytes();
        if (request.position == request.to) {
            queue.remove();
        }
        return true;
    }

    private boolean advanceBanks() {
        boolean any = false;
        for (TickBank bank : banks) {
            int done = bank.advance();
            refreshes += done == 2 ? 1 : 0;
            any |= done > 0;
        }
        return any;
    }

    private boolean activate() {
        Activation head = activations.peek();
        if (head == null || untilActivate > 0 || untilGroupActivate[head.bank.group] > 0
                || recentActivates.size() == 4 || !head.bank.mayActivate(head.task)) {
            return false;
        }
        activations.remove();
        head.bank.activate(head.task);
        untilActivate = nT.nRRDS();
        untilGroupActivate[head.bank.group] = nT.nRRDL();
        if (nT.nFAW() > 0) {
            recentActivates.add(new int[] {nT.nFAW()});
        }
        untilSettled = Math.max(untilSettled, nT.nRAS());
        return true;
    }

    private boolean access() {
        Segment s = window.peek();
        if (s == null || untilColumn > 0) {
            return false;
        }
        int i = s.issued % s.banks.length;
        TickBank bank = banks[s.banks[i]];
        boolean turned = s.request.write ? untilWrite == 0
                : untilRead == 0 && untilGroupRead[bank.group] == 0;
        if (!turned || untilGroupColumn[bank.group] > 0 || !bank.mayAccess(s.tasks[i])) {
            return false;
        }
        int precharge = nT.nRTP();
        if (s.request.write) {
            int data = nT.nCWL() + dram.burstTicks();
            precharge = data + nT.nWR();
            untilRead = data + nT.nWTRS();
            untilGroupRead[bank.group] = data + nT.nWTRL();
        } else {
            untilWrite = nT.nRTW();
        }
        untilColumn = nT.nCCDS();
        untilGroupColumn[bank.group] = nT.nCCDL();
        untilSettled = Math.max(untilSettled, precharge);
        bank.access(s.tasks[i], precharge);
        s.request.beginBurst(0);
        moving = s.request;
        movingLeft = dram.burstTicks();
        if (++s.issued == s.bursts) {
            window.remove();
        }
        return true;
    }

    private void moveBurst() {
        if (movingLeft > 0) {
            dataTicks++;
            if (--movingLeft == 0) {
                moving.finishBurst(0);
            }
        }
    }

    private void endTick() {
        for (TickBank bank : banks) {
            bank.endTick();
        }
        countDown(untilGroupActivate);
        countDown(untilGroupColumn);
        countDown(untilGroupRead);
        recentActivates.forEach(a -> a[0]--);
        recentActivates.removeIf(a -> a[0] == 0);
        untilActivate = Math.max(0, untilActivate - 1);
        untilColumn = Math.max(0, untilColumn - 1);
        untilRead = Math.max(0, untilRead - 1);
        untilWrite = Math.max(0, untilWrite - 1);
        untilSettled = Math.max(0, untilSettled - 1);
        refreshLeft = Math.max(0, refreshLeft - 1);
    }

    private static void countDown(int[] counters) {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = Math.max(0, counters[i] - 1);
        }
    }

    /** The counters so far. */
    public ChannelCounts counts() {
        return new ChannelCounts(bytes, dataTicks, rowHits, rowMisses, rowConflicts, refreshes);
    }
}
