package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import dev.skein.sim.memory.ChannelCounts;
import dev.skein.sim.memory.DramChannel;
import dev.skein.sim.memory.Stripes;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** All channels of the board as the event-driven machine sees them. */
final class EventMemories {
    private final Board board;
    private final DramChannel[][][] channels = new DramChannel[Memory.values().length][][];
    private final long[] moved;

    EventMemories(Board board, int cores) {
        this.board = board;
        int most = 0;
        for (Memory memory : Memory.values()) {
            var groups = new DramChannel[memory == Memory.DDR ? 1 : cores][];
            for (int c = 0; c < groups.length; c++) {
                OffChipMemory m = board.memory(memory, c);
                groups[c] = new DramChannel[m.channels()];
                Arrays.setAll(groups[c], _ -> new DramChannel(m.dram()));
                most = Math.max(most, m.channels());
            }
            channels[memory.ordinal()] = groups;
        }
        this.moved = new long[most];
    }

    /** Begins the account of the channels' data cycles for one instruction. */
    void begin() {
        Arrays.fill(moved, 0);
    }

    /** Data cycles since {@link #begin()} of the channel that had most. */
    long busiestSinceBegin(Memory memory) {
        long most = 0;
        for (long m : moved) {
            most = Math.max(most, m);
        }
        return board.memory(memory, 0).dram().clock().cycles(most);
    }

    /** Serves a range, calls in order of arrival; returns the end of its last data. */
    long serve(Memory memory, int core, long arrival, long address, long bytes, boolean write) {
        OffChipMemory m = board.memory(memory, core);
        DramChannel[] group = channels[memory.ordinal()][memory == Memory.DDR ? 0 : core];
        long from = Stripes.roundDown(m, address);
        long to = Stripes.roundUp(m, address + bytes);
        long tick = m.dram().clock().ticks(arrival);
        long end = tick;
        for (int c = 0; c < group.length; c++) {
            long low = Stripes.below(m, c, from);
            long high = Stripes.below(m, c, to);
            if (low < high) {
                DramChannel channel = group[c];
                long before = channel.dataCycles();
                end = Math.max(end, channel.serve(tick, low, high, write));
                moved[c] += channel.dataCycles() - before;
            }
        }
        return m.dram().clock().cycles(end);
    }

    /** Ends the run: what each memory moved. */
    Map<Memory, MemoryTraffic> finish(long cycles, Accounts accounts) {
        var traffic = new EnumMap<Memory, MemoryTraffic>(Memory.class);
        for (Memory memory : Memory.values()) {
            ChannelCounts sum = ChannelCounts.ZERO;
            long busiest = 0;
            int count = 0;
            for (DramChannel[] group : channels[memory.ordinal()]) {
                for (DramChannel channel : group) {
                    ChannelCounts counts = channel.finish(board.memory(memory, 0).dram().clock()
                            .ticksBefore(cycles));
                    sum = sum.plus(counts);
                    busiest = Math.max(busiest, counts.dataCycles());
                    count++;
                }
            }
            traffic.put(memory, new MemoryTraffic(accounts.readBytes(memory),
                    accounts.writtenBytes(memory), count, sum,
                    board.memory(memory, 0).dram().clock().cycles(busiest)));
        }
        return traffic;
    }
}
