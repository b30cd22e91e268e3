package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import dev.skein.sim.memory.ChannelCounts;
import dev.skein.sim.memory.Stripes;
import dev.skein.sim.memory.TickChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All channels of the board, ticked together. */
final class TickMemories {
    /** The part of a transfer on one channel. */
    record Part(int channel, TickChannel.Request request) {}

    private final Board board;
    private final Map<Memory, List<List<TickChannel>>> groups = new EnumMap<>(Memory.class);
    private final List<Domain> domains = new ArrayList<>();

    /** The channels of one memory and their clock, which the kernel clock overtakes in steps. */
    private static final class Domain {
        private final ClockRatio clock;
        private final List<TickChannel> channels = new ArrayList<>();
        /** Time the kernel is ahead of the last tick, in units of 1 / (kernel * memory) cycles. */
        private long ahead;

        private Domain(ClockRatio clock) {
            this.clock = clock;
        }

        private void tick() {
            for (TickChannel channel : channels) {
                channel.tick();
            }
            ahead -= clock.kernel();
        }

        /** The tick in the middle of which a kernel cycle begins: what arrives now misses it. */
        private void finishTick() {
            if (ahead > 0) {
                tick();
            }
        }

        /** The ticks that begin and end within this kernel cycle. */
        private void cycle() {
            ahead += clock.memory();
            while (ahead >= clock.kernel()) {
                tick();
            }
        }
    }

    TickMemories(Board board, int cores) {
        this.board = board;
        for (Memory memory : Memory.values()) {
            var domain = new Domain(board.memory(memory, 0).dram().clock());
            domains.add(domain);
            var list = new ArrayList<List<TickChannel>>();
            for (int g = 0; g < (memory == Memory.DDR ? 1 : cores); g++) {
                OffChipMemory m = board.memory(memory, g);
                var group = new ArrayList<TickChannel>();
                for (int c = 0; c < m.channels(); c++) {
                    group.add(new TickChannel(m.dram()));
                }
                list.add(group);
                domain.channels.addAll(group);
            }
            groups.put(memory, list);
        }
    }

    /** Sends the parts of a range to their channels; they arrive in this cycle. */
    List<Part> send(Memory memory, int core, long address, long bytes, boolean write) {
        OffChipMemory m = board.memory(memory, core);
        List<TickChannel> group = groups.get(memory).get(memory == Memory.DDR ? 0 : core);
        long from = Stripes.roundDown(m, address);
        long to = Stripes.roundUp(m, address + bytes);
        var parts = new ArrayList<Part>();
        for (int c = 0; c < group.size(); c++) {
            long low = Stripes.below(m, c, from);
            long high = Stripes.below(m, c, to);
            if (low < high) {
                var request = new TickChannel.Request(low, high, write);
                group.get(c).enqueue(request);
                parts.add(new Part(c, request));
            }
        }
        return parts;
    }

    /** Before anything is sent in a cycle. */
    void beginCycle() {
        domains.forEach(Domain::finishTick);
    }

    void tick() {
        domains.forEach(Domain::cycle);
    }

    /** What each memory moved. */
    Map<Memory, MemoryTraffic> traffic(Accounts accounts) {
        var traffic = new EnumMap<Memory, MemoryTraffic>(Memory.class);
        groups.forEach((memory, list) -> {
            ChannelCounts sum = ChannelCounts.ZERO;
            long busiest = 0;
            int count = 0;
            for (List<TickChannel> group : list) {
                for (TickChannel channel : group) {
                    sum = sum.plus(channel.counts());
                    busiest = Math.max(busiest, channel.counts().dataCycles());
                    count++;
                }
            }
            traffic.put(memory, new MemoryTraffic(accounts.readBytes(memory),
                    accounts.writtenBytes(memory), count, sum,
                    board.memory(memory, 0).dram().clock().cycles(busiest)));
        });
        return traffic;
    }
}
