package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.Platform;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.vitis.ComputeUnit.Port;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What every generated wiring keeps, read back from the text that v++ gets. */
class ConnectivityTest {

    static Stream<String> served() {
        return Boards.names().stream().filter(
                b -> Boards.load(b).fabric().platform() instanceof Platform.Vitis);
    }

    @Test
    void versalAloneIsNotServed() {
        assertEquals(List.of("kv260", "u280", "u280-flightllm", "u50", "u55c"),
                served().toList());
        assertEquals(List.of("v80", "vhk158"), Boards.names().stream().filter(
                b -> Boards.load(b).fabric().technology().name().equals("versal")).toList());
        for (String name : List.of("v80", "vhk158")) {
            String said = assertThrows(BoardException.class,
                    () -> Connectivity.of(Boards.load(name))).getMessage();
            assertTrue(said.startsWith("board " + name + ": no Vitis build: it is a Versal device"),
                    said);
            assertFalse(said.contains("\n"), said);
        }
    }

    @ParameterizedTest
    @MethodSource("served")
    void everyChannelIsOnOnePort(String name) {
        Board board = Boards.load(name);
        LinkText link = LinkText.of(board);
        var own = new ArrayList<String>();
        var shared = new HashSet<String>();
        for (int core = 0; core < board.cores(); core++) {
            OffChipMemory hbm = board.memory(Memory.HBM, core);
            OffChipMemory param = board.memory(Memory.PARAM, core);
            for (int c = 0; c < hbm.channels(); c++) {
                own.add(link.bank(core, "hbm" + c));
            }
            for (int c = 0; c < param.channels(); c++) {
                own.add(link.bank(core, "param" + c));
            }
            int ddr = board.memory(Memory.DDR, core).channels();
            assertEquals(hbm.channels() + param.channels() + ddr + 3,
                    link.ports(core).size(),
                    "the last are step, status, fetch: " + link.ports(core));
            for (int c = 0; c < ddr; c++) {
                shared.add(link.bank(core, "ddr" + c));
                assertEquals(link.bank(0, "ddr" + c), link.bank(core, "ddr" + c));
            }
            assertEquals(ddr, shared.size(), "all cores share them");
            assertEquals(Fetch.Source.DDR, board.fetch().source());
            assertEquals(link.bank(core, "ddr0"), link.bank(core, "fetch"));
            assertEquals(link.bank(core, "ddr0"), link.bank(core, "step"));
            assertEquals(link.bank(core, "ddr0"), link.bank(core, "status"));
        }
        assertEquals(own.size(), Set.copyOf(own).size(), "a channel on two ports: " + own);
        assertTrue(own.stream().noneMatch(shared::contains), own + " and " + shared);
        int channels = ((Platform.Vitis) board.fabric().platform()).hbm().count();
        if (name.equals("u280-flightllm")) {
            assertEquals(27, own.size(), "FlightLLM leaves five idle");
        } else if (channels > 1) {
            shared.addAll(own);
            assertTrue(shared.containsAll(IntStream.range(0, 32).mapToObj(i -> "HBM[" + i + "]")
                    .toList()), "an idle channel: " + shared);
        }
    }

    @ParameterizedTest
    @MethodSource("served")
    void coresAreInTheirSlrs(String name) {
        Board board = Boards.load(name);
        LinkText link = LinkText.of(board);
        List<String> expected = IntStream.range(0, board.cores()).mapToObj(c -> "skein_core_"
                + (c + 1) + ":SLR" + board.fabric().coreSlr().get(c)).toList();
        assertEquals(board.fabric().slrs().size() > 1 ? expected : List.of(), link.all("slr"));
    }

    @ParameterizedTest
    @MethodSource("served")
    void everyCoreIsAnInstanceWithItsNumberOfPorts(String name) {
        Board board = Boards.load(name);
        Connectivity wiring = Connectivity.of(board);
        var units = new ArrayList<String>();
        for (String nk : LinkText.of(board).all("nk")) {
            String[] part = nk.split(":");
            List<String> names = List.of(part[2].split(","));
            assertEquals(Integer.parseInt(part[1]), names.size());
            units.addAll(names);
        }
        assertEquals(board.cores(), Set.copyOf(units).size());
        for (ComputeUnit unit : wiring.units()) {
            assertTrue(units.contains(unit.name()));
            assertEquals(unit.kernel().hbmChannels(),
                    unit.ports().stream().filter(p -> p.name().startsWith("hbm")).count());
            assertEquals(unit.kernel().paramChannels(),
                    unit.ports().stream().filter(p -> p.name().startsWith("param")).count());
        }
    }

    @ParameterizedTest
    @MethodSource("served")
    void everyCoreCanSendToEveryOther(String name) {
        Board board = Boards.load(name);
        int n = board.cores();
        var pairs = new HashSet<String>();
        var ends = new HashSet<String>();
        List<String> links = LinkText.of(board).all("stream_connect");
        for (String link : links) {
            String[] part = link.split(":");
            String[] out = part[0].split("\\.");
            String[] in = part[1].split("\\.");
            assertTrue(pairs.add(out[0] + ">" + in[0]), link);
            assertTrue(ends.add(part[0]) && ends.add(part[1]), "an end used twice: " + link);
            assertTrue(out[1].matches("tx[0-9]") && in[1].matches("rx[0-9]"), link);
            assertFalse(out[0].equals(in[0]), link);
            // Ports of one number are with one peer, which the kernel relies on.
            int from = Integer.parseInt(out[0].substring("skein_core_".length())) - 1;
            int to = Integer.parseInt(in[0].substring("skein_core_".length())) - 1;
            assertEquals((from + 1 + Integer.parseInt(out[1].substring(2))) % n, to, link);
            assertEquals((to + 1 + Integer.parseInt(in[1].substring(2))) % n, from, link);
            int cycles = 2 * board.sys().crossingCycles() * Math.abs(
                    board.fabric().coreSlr().get(from) - board.fabric().coreSlr().get(to));
            assertTrue(Integer.parseInt(part[2]) >= cycles, link + " for " + cycles + " cycles");
        }
        assertEquals(n * (n - 1), links.size());
        assertEquals(n * (n - 1), pairs.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u50 | vitis.ddr=HBM[30:31] | vitis.ddr=HBM[29:30] \
            | skein_core_2.hbm14 and skein_core_1.ddr0 are both on HBM[29]
            u280 | vitis.ddr=DDR[0:1] | vitis.ddr=DDR[0] \
            | vitis.ddr has 1 banks, ddr.channels is 2
            u280 | vitis.hbm=HBM[0:31] | vitis.hbm=HBM[0:30] \
            | the cores use 32 channels, vitis.hbm has 31
            u280 | vitis.hbm=HBM[0:31] | vitis.hbm=HBM | the cores use 2 channels, vitis.hbm has 1
            u280 | vitis.platform= | vitis.none= | xilinx_u280_gen3x16_xdma_1_202211_1
            """)
    void whatCannotBeWiredIsRefusedInOneLine(String name, String from, String to, String problem) {
        String text = Boards.text(name).replace("\n" + from, "\n" + to);
        if (to.startsWith("vitis.none")) {
            text = text.replaceAll("\nvitis\\.(part|hbm|ddr|clock)=.*", "");
        }
        Board board = Boards.parse("mine.properties", text);
        assertEquals("board " + name + ": no Vitis build: " + problem, assertThrows(
                BoardException.class, () -> Connectivity.of(board)).getMessage());
    }

    @Test
    void aSwitchWithFewerPortsThanChannelsIsRefused() {
        String text = Boards.text("u280").replace("hbm.switch=off", "hbm.switch=on")
                + "hbm.ports.perCore=4\nhbm.switch.channels=4\nhbm.switch.stackChannels=16\n"
                + "hbm.switch.links=2\nhbm.switch.local_ns=10\nhbm.switch.crossing_ns=5\n"
                + "hbm.switch.stack_ns=5\n";
        Board board = Boards.parse("mine.properties", text);
        assertEquals("board u280: no Vitis build: core 0 reads 11 channels through 4 ports, the"
                + " kernel has a port a channel; set hbm.ports.perCore=11", assertThrows(
                BoardException.class, () -> Connectivity.of(board)).getMessage());
    }

    @Test
    void aBoardWithoutTheKeysIsRefusedWithTheKey() {
        Board board = Boards.parse("mine.properties",
                Boards.text("u280").replaceAll("\nvitis\\..*", ""));
        assertEquals("board u280: no Vitis build: its board file has no vitis.platform"
                + " (docs/adding-a-board.md)", assertThrows(BoardException.class,
                () -> Connectivity.of(board)).getMessage());
    }

    /** Instructions from an HBM channel, or from the parameters' own, and parameters on two. */
    @Test
    void fetchFollowsTheBoard() {
        String text = Boards.text("u280").replace("channelsPerCore=11,11,10", "channelsPerCore=7");
        Connectivity hbm = Connectivity.of(Boards.parse("mine.properties",
                text.replace("fetch.memory=ddr", "fetch.memory=hbm")));
        assertEquals("HBM[15]", port(hbm, 1, "fetch").banks().toString());
        Connectivity param = Connectivity.of(Boards.parse("mine.properties",
                text.replace("fetch.memory=ddr", "fetch.memory=param")
                        .replace("hbm.param.channelsPerCore=0", "hbm.param.channelsPerCore=2")));
        assertEquals("HBM[16]", port(param, 1, "fetch").banks().toString());
        assertEquals("HBM[17]", port(param, 1, "param1").banks().toString());
        Connectivity chip = Connectivity.of(Boards.parse("mine.properties",
                text.replace("fetch.memory=ddr", "fetch.memory=chip")));
        assertEquals(7 + 2 + 2, chip.units().get(1).ports().size(),
                "channels, ddr, step and status");
    }

    private static Port port(Connectivity wiring, int core, String name) {
        return wiring.units().get(core).ports().stream().filter(p -> p.name().equals(name))
                .findFirst().orElseThrow();
    }
}
