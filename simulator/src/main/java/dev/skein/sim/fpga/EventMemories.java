package dev.skein.sim.fpga;

import dev.skein.hls.board.AxiSwitch;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CoreMemories;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.TransferRates;
import dev.skein.hls.isa.Memory;
import dev.skein.sim.memory.ChannelCounts;
import dev.skein.sim.memory.DataMover;
import dev.skein.sim.memory.DramChannel;
import dev.skein.sim.memory.LinkTimes;
import dev.skein.sim.memory.Stripes;
import dev.skein.sim.memory.Way;
import dev.skein.sim.trace.ChannelSpan;
import dev.skein.sim.trace.StepObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All channels of the board as the event-driven machine sees them. */
final class EventMemories {
    /** A core's access to a memory; the channels of DDR are those of all cores. */
    static final class Group {
        final String kind;
        final OffChipMemory memory;
        final DramChannel[] channels;
        private final LinkTimes[][] readWays;
        private final LinkTimes[][] writeWays;
        private final int[] flight;
        /** When the data movers of each channel are free, ticks. */
        private final long[] readFree;
        private final long[] writeFree;

        private Group(String kind, AxiSwitch axi, OffChipMemory memory, DramChannel[] shared,
                Map<Way.Link, LinkTimes> links) {
            this.kind = kind;
            this.memory = memory;
            int n = memory.channels();
            this.channels = shared == null ? new DramChannel[n] : shared;
            this.readWays = new LinkTimes[n][];
            this.writeWays = new LinkTimes[n][];
            this.flight = new int[n];
            this.readFree = new long[n];
            this.writeFree = new long[n];
            for (int c = 0; c < n; c++) {
                if (shared == null) {
                    channels[c] = new DramChannel(memory.dram());
                }
                flight[c] = Way.of(axi, memory, c, false).flightTicks();
                readWays[c] = times(Way.of(axi, memory, c, false), links);
                writeWays[c] = times(Way.of(axi, memory, c, true), links);
            }
        }

        private static LinkTimes[] times(Way way, Map<Way.Link, LinkTimes> links) {
            return way.links().isEmpty() ? LinkTimes.NONE : way.links().stream()
                    .map(l -> links.computeIfAbsent(l, _ -> new LinkTimes()))
                    .toArray(LinkTimes[]::new);
        }
    }

    private final Board board;
    private final StepObserver observer;
    private final List<CoreGroups> cores = new ArrayList<>();
    private final long[] moved;
    private OffChipMemory last;
    private long dataEnd;
    private long landing;

    /** The groups of one core. */
    private record CoreGroups(Group hbm, Group param, Group ddr, Group fetch) {
        Group of(Memory memory) {
            return switch (memory) {
                case HBM -> hbm;
                case PARAM -> param;
                case DDR -> ddr;
            };
        }
    }

    EventMemories(Board board, int cores, StepObserver observer) {
        this.board = board;
        this.observer = observer;
        var links = new HashMap<Way.Link, LinkTimes>();
        int most = 0;
        for (int c = 0; c < cores; c++) {
            CoreMemories m = board.memories().get(c);
            DramChannel[] ddr = c == 0 ? null : this.cores.getFirst().ddr.channels;
            this.cores.add(new CoreGroups(new Group("HBM", board.hbmSwitch(), m.hbm(), null, links),
                    new Group("HBM", board.hbmSwitch(), m.param(), null, links),
                    new Group("DDR", AxiSwitch.OFF, m.ddr(), ddr, links),
                    new Group("HBM", board.hbmSwitch(), m.fetch(), null, links)));
            most = Math.max(Math.max(most, m.hbm().channels()),
                    Math.max(m.ddr().channels(), m.param().channels()));
        }
        this.moved = new long[Math.max(1, most)];
    }

    Group group(Memory memory, int core) {
        return cores.get(core).of(memory);
    }

    Group fetchGroup(int core) {
        return switch (board.fetch().source()) {
            case CHIP, HBM -> cores.get(core).fetch;
            case DDR -> cores.get(core).ddr;
            case PARAM -> cores.get(core).param;
        };
    }

    /** Begins the account of one instruction at this cycle. */
    void begin(long arrival) {
        Arrays.fill(moved, 0);
        dataEnd = arrival;
        landing = arrival;
    }

    /** The end of the last data since {@link #begin}, cycle. */
    long dataEnd() {
        return dataEnd;
    }

    /** When all of it is with the core. */
    long landing() {
        return landing;
    }

    /** Data cycles of the channel that had most. */
    long dataCycles() {
        long most = 0;
        for (long m : moved) {
            most = Math.max(most, m);
        }
        return last.dram().clock().cycles(most);
    }

    /** Serves a range at the rate of the memory. */
    void serve(Group group, long arrival, long address, long bytes, boolean write) {
        serve(group, arrival, address, bytes, write, TransferRates.FULL_PERCENT);
    }

    /** Serves a range, calls in order of arrival. */
    void serve(Group group, long arrival, long address, long bytes, boolean write,
            int percent) {
        OffChipMemory m = group.memory;
        last = m;
        long from = Stripes.roundDown(m, address);
        long to = Stripes.roundUp(m, address + bytes);
        long tick = m.dram().clock().ticks(arrival);
        long end = 0;
        long landed = 0;
        for (int c = 0; c < group.channels.length; c++) {
            long low = Stripes.below(m, c, from);
            long high = Stripes.below(m, c, to);
            if (low < high) {
                DramChannel channel = group.channels[c];
                long before = channel.dataTicks();
                long done = channel.serve(tick, low, high, write,
                        (write ? group.writeWays : group.readWays)[c]);
                if (percent < TransferRates.FULL_PERCENT) {
                    long[] free = write ? group.writeFree : group.readFree;
                    free[c] = Math.max(free[c], tick) + DataMover.ticks(m, high - low, percent);
                    done = Math.max(done, free[c]);
                }
                end = Math.max(end, done);
                landed = Math.max(landed, done + group.flight[c]);
                moved[c] += channel.dataTicks() - before;
                if (observer != StepObserver.NONE) {
                    observer.channel(new ChannelSpan(group.kind, m.firstChannel() + c, write,
                            channel.requestFrom(), channel.requestTo(),
                            channel.dataTicks() - before, high - low, m.dram().clock()));
                }
            }
        }
        dataEnd = Math.max(dataEnd, m.dram().clock().cycles(end));
        landing = Math.max(landing, m.dram().clock().cycles(landed) + m.crossingCycles());
    }

    /** Ends the run: what each memory moved. */
    Map<Memory, MemoryTraffic> finish(long cycles, Accounts accounts) {
        var traffic = new EnumMap<Memory, MemoryTraffic>(Memory.class);
        for (Memory memory : Memory.values()) {
            traffic.put(memory, traffic(accounts.readBytes(memory), accounts.writtenBytes(memory),
                    cycles, cores.stream().limit(memory == Memory.DDR ? 1 : cores.size())
                            .map(c -> c.of(memory)).toList()));
        }
        return traffic;
    }

    /** The channels that only instructions are read from. */
    MemoryTraffic finishFetch(long cycles, long bytes) {
        return traffic(bytes, 0, cycles, cores.stream().map(CoreGroups::fetch).toList());
    }

    private static MemoryTraffic traffic(long read, long written, long cycles,
            List<Group> groups) {
        ChannelCounts sum = ChannelCounts.ZERO;
        long busiest = 0;
        int count = 0;
        for (Group group : groups) {
            for (DramChannel channel : group.channels) {
                ChannelCounts counts = channel.finish(group.memory.dram().clock()
                        .ticksBefore(cycles));
                sum = sum.plus(counts);
                busiest = Math.max(busiest, counts.dataTicks());
                count++;
            }
        }
        return new MemoryTraffic(read, written, count, sum,
                groups.getFirst().memory.dram().clock().cycles(busiest));
    }
}
