package dev.skein.hls.vitis;

import dev.skein.hls.board.Banks;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.Platform;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.vitis.ComputeUnit.Port;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which memory banks and which other cores each core of a board is wired to, from the board file
 * alone. The streams are a full mesh: BCAST sends to every other core, and SYNC hears from each.
 *
 * @param platform the card as Vitis knows it
 * @param units by core
 * @param streams between all pairs of cores, both ways
 */
public record Connectivity(Platform.Vitis platform, List<ComputeUnit> units,
        List<StreamLink> streams) {
    /** Function and kernel of a core; compute units are numbered from 1, as v++ does. */
    public static final String CORE = "skein_core";
    /** A block RAM of 512 bits has 512 entries and an SRL 32: FIFOs of 16 or 32 cost LUTs alone. */
    private static final int LEAST_DEPTH = 16;

    /** Copies the lists. */
    public Connectivity {
        units = List.copyOf(units);
        streams = List.copyOf(streams);
    }

    /**
     * The wiring of a board.
     *
     * @throws BoardException in one line, if v++ cannot link for it or its banks do not suffice
     */
    public static Connectivity of(Board board) {
        Platform.Vitis platform = switch (board.fabric().platform()) {
            case Platform.Vitis vitis -> vitis;
            case Platform.None none -> throw new BoardException("board " + board.name()
                    + ": no Vitis build: " + none.reason());
        };
        Map<List<Integer>, Kernel> kernels = kernels(board);
        var units = new ArrayList<ComputeUnit>();
        for (int core = 0; core < board.cores(); core++) {
            units.add(new ComputeUnit(CORE + "_" + (core + 1), kernels.get(shape(board, core)),
                    core, board.fabric().coreSlr().get(core), ports(board, platform, core)));
        }
        requireOwnBanks(board, units);
        return new Connectivity(platform, units, mesh(board, units));
    }

    /** Kernels in the order of the first core that needs each. */
    public List<Kernel> kernels() {
        return units.stream().map(ComputeUnit::kernel).distinct().toList();
    }

    private static List<Integer> shape(Board board, int core) {
        return List.of(board.memory(Memory.HBM, core).channels(),
                board.memory(Memory.PARAM, core).channels());
    }

    private static Map<List<Integer>, Kernel> kernels(Board board) {
        var shapes = new ArrayList<List<Integer>>();
        for (int core = 0; core < board.cores(); core++) {
            if (!shapes.contains(shape(board, core))) {
                shapes.add(shape(board, core));
            }
        }
        var kernels = new HashMap<List<Integer>, Kernel>();
        for (List<Integer> s : shapes) {
            String name = shapes.size() == 1 ? CORE
                    : CORE + "_c" + s.getFirst() + (s.getLast() == 0 ? "" : "p" + s.getLast());
            kernels.put(s, new Kernel(name, s.getFirst(), s.getLast(), board.cores() - 1));
        }
        return kernels;
    }

    private static List<Port> ports(Board board, Platform.Vitis platform, int core) {
        OffChipMemory hbm = board.memory(Memory.HBM, core);
        OffChipMemory param = board.memory(Memory.PARAM, core);
        int ddr = board.memory(Memory.DDR, core).channels();
        if (hbm.ports() != hbm.channels()) {
            throw new BoardException("board " + board.name() + ": no Vitis build: core " + core
                    + " reads " + hbm.channels() + " channels through " + hbm.ports()
                    + " ports, the kernel has a port a channel; set hbm.ports.perCore="
                    + hbm.channels());
        }
        if (platform.ddr().count() != ddr) {
            throw new BoardException("board " + board.name() + ": no Vitis build: vitis.ddr has "
                    + platform.ddr().count() + " banks, ddr.channels is " + ddr);
        }
        var ports = new ArrayList<Port>();
        for (int c = 0; c < hbm.channels(); c++) {
            ports.add(own(board, platform, "hbm" + c, hbm.firstChannel() + c));
        }
        for (int c = 0; c < param.channels(); c++) {
            ports.add(own(board, platform, "param" + c, param.firstChannel() + c));
        }
        for (int c = 0; c < ddr; c++) {
            ports.add(new Port("ddr" + c, platform.ddr().part(c, 1), true));
        }
        // What the host says of a step, and what it is told.
        ports.add(new Port("step", platform.ddr().part(0, 1), true));
        ports.add(new Port("status", platform.ddr().part(0, 1), true));
        switch (board.fetch().source()) {
            case Fetch.Source.CHIP -> { }
            case Fetch.Source.DDR ->
                    ports.add(new Port("fetch", platform.ddr().part(0, 1), true));
            case Fetch.Source.PARAM -> ports.add(new Port("fetch", bank(board, platform,
                    param.firstChannel()), true));
            case Fetch.Source.HBM -> ports.add(own(board, platform, "fetch",
                    board.memories().get(core).fetch().firstChannel()));
        }
        return ports;
    }

    private static Port own(Board board, Platform.Vitis platform, String name, int channel) {
        return new Port(name, bank(board, platform, channel), false);
    }

    private static Banks bank(Board board, Platform.Vitis platform, int channel) {
        if (channel >= platform.hbm().count()) {
            throw new BoardException("board " + board.name() + ": no Vitis build: the cores use "
                    + (channel + 1) + " channels, vitis.hbm has " + platform.hbm().count());
        }
        return platform.hbm().part(channel, 1);
    }

    /** A bank of a port that is not shared is on no other port, except to fetch from. */
    private static void requireOwnBanks(Board board, List<ComputeUnit> units) {
        record Owner(ComputeUnit unit, Port port) {}
        List<Owner> all = units.stream().flatMap(u -> u.ports().stream().map(p -> new Owner(u, p)))
                .toList();
        for (Owner a : all) {
            for (Owner b : all) {
                boolean fetchesParam = b.port().name().equals("fetch") && a.unit() == b.unit();
                if (a != b && !a.port().shared() && !fetchesParam
                        && a.port().banks().overlaps(b.port().banks())) {
                    throw new BoardException("board " + board.name() + ": no Vitis build: "
                            + a.unit().name() + "." + a.port().name() + " and " + b.unit().name()
                            + "." + b.port().name() + " are both on " + a.port().banks());
                }
            }
        }
    }

    /** Ports tx(i) and rx(i) of core c are those with core c + 1 + i. */
    private static List<StreamLink> mesh(Board board, List<ComputeUnit> units) {
        int n = units.size();
        var streams = new ArrayList<StreamLink>();
        for (int from = 0; from < n; from++) {
            for (int i = 0; i < n - 1; i++) {
                ComputeUnit to = units.get((from + 1 + i) % n);
                streams.add(new StreamLink(units.get(from), "tx" + i, to, "rx" + (n - 2 - i),
                        depth(board, units.get(from), to)));
            }
        }
        return streams;
    }

    /** What is in flight on the way there, and as much again while "full" travels back. */
    private static int depth(Board board, ComputeUnit from, ComputeUnit to) {
        int cycles = 2 * board.sys().crossingCycles() * Math.abs(from.slr() - to.slr());
        return Math.max(LEAST_DEPTH, Integer.highestOneBit(Math.max(1, cycles - 1)) * 2);
    }
}
