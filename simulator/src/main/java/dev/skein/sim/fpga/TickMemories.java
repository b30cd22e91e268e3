package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.AxiSwitch;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.TransferRates;
import dev.skein.hls.isa.Memory;
import dev.skein.sim.memory.ChannelCounts;
import dev.skein.sim.memory.DataMover;
import dev.skein.sim.memory.Stripes;
import dev.skein.sim.memory.TickChannel;
import dev.skein.sim.memory.TickLink;
import dev.skein.sim.memory.TickMover;
import dev.skein.sim.memory.TickRequest;
import dev.skein.sim.memory.Way;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All channels of the board, ticked together in the time of their memory clock. */
final class TickMemories {
    /** The part of a transfer on one channel. */
    record Part(int channel, TickRequest request) {}

    /** Everything with one clock, which the kernel clock overtakes in steps. */
    private static final class Domain {
        private final ClockRatio clock;
        private final List<TickChannel> channels = new ArrayList<>();
        private final Map<Way.Link, TickLink> links = new TreeMap<>(Way.Link.FLOW);
        private final List<TickMover> movers = new ArrayList<>();
        private List<TickRequest> requests = new ArrayList<>();
        /** Time the kernel is ahead of the last tick, in units of 1 / (kernel * memory) cycles. */
        private long ahead;

        private Domain(ClockRatio clock) {
            this.clock = clock;
        }

        private void tick() {
            channels.forEach(TickChannel::tick);
            links.values().forEach(TickLink::tick);
            movers.forEach(TickMover::tick);
            requests.forEach(TickRequest::tick);
            requests.removeIf(TickRequest::landed);
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

    /** A core's access to a memory; the channels of DDR are those of all cores. */
    record Group(OffChipMemory memory, Domain domain, AxiSwitch axi, List<TickChannel> channels,
            List<TickMover> readers, List<TickMover> writers) {

        private static Group of(OffChipMemory memory, Domain domain, AxiSwitch axi) {
            var channels = new ArrayList<TickChannel>();
            for (int c = 0; c < memory.channels(); c++) {
                channels.add(new TickChannel(memory.dram()));
            }
            domain.channels.addAll(channels);
            return new Group(memory, domain, axi, channels, movers(memory, domain),
                    movers(memory, domain));
        }

        private static List<TickMover> movers(OffChipMemory memory, Domain domain) {
            List<TickMover> movers = Stream.generate(TickMover::new).limit(memory.channels())
                    .toList();
            domain.movers.addAll(movers);
            return movers;
        }

        private TickRequest request(int c, long low, long high, boolean write, int percent) {
            Way way = Way.of(axi, memory, c, write);
            List<TickLink> links = way.links().stream().map(l -> domain.links.computeIfAbsent(l,
                    _ -> new TickLink(memory.dram().burstTicks()))).toList();
            var request = new TickRequest(low, high, write, links, memory.dram().burstBytes(),
                    way.flightTicks());
            domain.requests.add(request);
            channels.get(c).enqueue(request);
            if (percent < TransferRates.FULL_PERCENT) {
                (write ? writers : readers).get(c).enqueue(request,
                        DataMover.ticks(memory, high - low, percent));
            }
            return request;
        }
    }

    private final Board board;
    private final Domain hbmDomain;
    private final Domain ddrDomain;
    private final List<Map<Memory, Group>> groups = new ArrayList<>();
    private final List<Group> fetchGroups = new ArrayList<>();

    TickMemories(Board board, int cores) {
        this.board = board;
        this.hbmDomain = new Domain(board.memory(Memory.HBM, 0).dram().clock());
        this.ddrDomain = new Domain(board.memory(Memory.DDR, 0).dram().clock());
        for (int c = 0; c < cores; c++) {
            var own = new EnumMap<Memory, Group>(Memory.class);
            own.put(Memory.HBM, Group.of(board.memory(Memory.HBM, c), hbmDomain,
                    board.hbmSwitch()));
            own.put(Memory.PARAM, Group.of(board.memory(Memory.PARAM, c), hbmDomain,
                    board.hbmSwitch()));
            OffChipMemory ddr = board.memory(Memory.DDR, c);
            own.put(Memory.DDR, c == 0 ? Group.of(ddr, ddrDomain, AxiSwitch.OFF)
                    : new Group(ddr, ddrDomain, AxiSwitch.OFF,
                            groups.getFirst().get(Memory.DDR).channels(), List.of(), List.of()));
            groups.add(own);
            fetchGroups.add(Group.of(board.memories().get(c).fetch(), hbmDomain,
                    board.hbmSwitch()));
        }
    }

    Group group(Memory memory, int core) {
        return groups.get(core).get(memory);
    }

    Group fetchGroup(int core) {
        return switch (board.fetch().source()) {
            case Fetch.Source.CHIP, Fetch.Source.HBM -> fetchGroups.get(core);
            case Fetch.Source.DDR -> group(Memory.DDR, core);
            case Fetch.Source.PARAM -> group(Memory.PARAM, core);
        };
    }

    /** Sends a range at the rate of the memory. */
    List<Part> send(Group group, long address, long bytes, boolean write) {
        return send(group, address, bytes, write, TransferRates.FULL_PERCENT);
    }

    /** Sends the parts of a range to their channels; they arrive in this cycle. */
    List<Part> send(Group group, long address, long bytes, boolean write, int percent) {
        OffChipMemory m = group.memory();
        long from = Stripes.roundDown(m, address);
        long to = Stripes.roundUp(m, address + bytes);
        var parts = new ArrayList<Part>();
        for (int c = 0; c < m.channels(); c++) {
            long low = Stripes.below(m, c, from);
            long high = Stripes.below(m, c, to);
            if (low < high) {
                parts.add(new Part(c, group.request(c, low, high, write, percent)));
            }
        }
        return parts;
    }

    /** Before anything is sent in a cycle. */
    void beginCycle() {
        hbmDomain.finishTick();
        ddrDomain.finishTick();
    }

    void tick() {
        hbmDomain.cycle();
        ddrDomain.cycle();
    }

    /** What each memory moved. */
    Map<Memory, MemoryTraffic> traffic(Accounts accounts) {
        var traffic = new EnumMap<Memory, MemoryTraffic>(Memory.class);
        for (Memory memory : Memory.values()) {
            traffic.put(memory, traffic(accounts.readBytes(memory), accounts.writtenBytes(memory),
                    groups.stream().limit(memory == Memory.DDR ? 1 : groups.size())
                            .map(g -> g.get(memory)).toList()));
        }
        return traffic;
    }

    /** The channels that only instructions are read from. */
    MemoryTraffic fetchTraffic(long bytes) {
        return traffic(bytes, 0, fetchGroups);
    }

    private static MemoryTraffic traffic(long read, long written, List<Group> groups) {
        ChannelCounts sum = ChannelCounts.ZERO;
        long busiest = 0;
        int count = 0;
        for (Group group : groups) {
            for (TickChannel channel : group.channels()) {
                sum = sum.plus(channel.counts());
                busiest = Math.max(busiest, channel.counts().dataTicks());
                count++;
            }
        }
        return new MemoryTraffic(read, written, count, sum,
                groups.getFirst().memory().dram().clock().cycles(busiest));
    }
}
