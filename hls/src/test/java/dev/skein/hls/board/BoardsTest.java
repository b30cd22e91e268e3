package dev.skein.hls.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Space;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class BoardsTest {

    /** With cores that are alike. */
    private static String u280Text() throws IOException {
        return text("u280")
                .replace("hbm.weights.channelsPerCore=11,11,10", "hbm.weights.channelsPerCore=8")
                .replace("hbm.param.channelsPerCore=0", "hbm.param.channelsPerCore=1");
    }

    private static String text(String file) throws IOException {
        try (InputStream in = Boards.class.getResourceAsStream(file + ".properties")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String messageOf(String text) {
        String message = assertThrows(BoardException.class,
                () -> BoardReader.read("my.properties", text)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void u280HasThePublishedShape() {
        Board b = Boards.load("u280");
        assertEquals("u280", b.name());
        assertEquals(3, b.cores());
        assertEquals(225.0, b.clockMHz());
        assertEquals(460.8, b.hbmPeakGBps(), 1e-9);
        assertEquals(6144, b.cores() * b.mpe().mm().macsPerCycle() / 2, "DSPs of FlightLLM's MPE");
        assertEquals(2048, b.mpe().mv().macsPerCycle(), "one MAC for each DSP of a core");
        assertEquals(8 << 20, b.buffers().bytes(Space.ACT));
        assertEquals(1664 << 10, b.buffers().bytes(Space.WGT));
        assertEquals(512 << 10, b.buffers().bytes(Space.PAR));
        assertEquals(11L << 28, b.memory(Memory.HBM, 0).capacityBytes());
        assertEquals(10L << 28, b.memory(Memory.HBM, 2).capacityBytes());
        assertEquals(0, b.memory(Memory.PARAM, 2).capacityBytes());
        assertEquals(32L << 30, b.memory(Memory.DDR, 1).capacityBytes());
        assertEquals(1.0, b.seconds(225_000_000), 1e-12);
    }

    static Stream<String> files() {
        return Stream.concat(Boards.names().stream(), Stream.of("dram/hbm2", "dram/hbm2e",
                "dram/ddr4-2400", "technology/ultrascale-plus", "technology/versal"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyValueStatesItsSource(String file) throws IOException {
        List<String> lines = text(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("=") && !lines.get(i).startsWith("#")) {
                String above = lines.get(i - 1);
                assertTrue(above.startsWith("# ") && above.length() > 8, file + ": line "
                        + (i + 1) + " has no comment above it: " + lines.get(i));
            }
        }
    }

    /** The U280 spells out what other boards take from the files in dram/. */
    @Test
    void partsAreThoseOfTheU280() throws IOException {
        Board whole = Boards.load("u280");
        Board parts = Boards.load("u280-flightllm");
        Dram hbm = whole.memory(Memory.HBM, 0).dram();
        // Ours refreshes single banks.
        assertEquals(hbm.timing(), parts.memory(Memory.HBM, 0).dram().timing());
        assertEquals(hbm.map(), parts.memory(Memory.HBM, 0).dram().map());
        assertEquals(whole.memory(Memory.DDR, 0).dram(), parts.memory(Memory.DDR, 0).dram());
        String text = text("u280-flightllm");
        assertEquals("board file my.properties: key 'hbm.dram': found 'hbm9'; allowed: the name of"
                + " a file in dram/", messageOf(text.replace("hbm.dram=hbm2", "hbm.dram=hbm9")));
        assertEquals("board file my.properties: key 'ddr.dram': found '../u280'; allowed: the name"
                + " of a file in dram/",
                messageOf(text.replace("ddr.dram=ddr4-2400", "ddr.dram=../u280")));
        Board slow = BoardReader.read("my.properties", text + "hbm.clock_MHz=450\n");
        assertEquals(230.4, slow.hbmPeakGBps(), 1e-9, "a board's own value goes first");
    }

    @Test
    void aNewBoardIsOneFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.properties");
        Files.writeString(file, u280Text().replace("\nname=u280", "\nname=mine")
                .replace("\ncores=3", "\ncores=2").replace("=0,8,16", "=0,8")
                .replace("=8,8,16", "=8").replace("\ncores.slr=0,1,2", "\ncores.slr=0,2"));
        Board board = Boards.load(file.toString());
        assertEquals("mine", board.name());
        assertEquals(2, board.cores());
    }

    @Test
    void namesAreListed() {
        assertTrue(Boards.names().contains("u280"), Boards.names().toString());
    }

    @Test
    void unknownBoardsAreNamed(@TempDir Path folder) throws IOException {
        assertTrue(assertThrows(BoardException.class, () -> Boards.load("u281")).getMessage()
                .startsWith("board 'u281': not found; built-in boards: "));
        String absent = folder.resolve("absent.properties").toString();
        assertEquals("board file " + absent + ": no such file",
                assertThrows(BoardException.class, () -> Boards.load(absent)).getMessage());
        Path large = folder.resolve("large.properties");
        Files.write(large, new byte[(1 << 20) + 1]);
        assertEquals("board file " + large + ": 1048577 bytes; at most 1048576",
                assertThrows(BoardException.class, () -> Boards.load(large.toString()))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cores=3 | cores=0 | '0' | an integer from 1 to 64
            cores=3 | cores=three | 'three' | an integer from 1 to 64
            cores=3 | cores=99999999999 | '99999999999' | an integer from 1 to 64
            cores=3 | core=3 | nothing | a line 'cores=VALUE'
            cores=3 | cores= | '' | a text that is not empty
            clock_MHz=225 | clock_MHz=NaN | 'NaN' | a decimal number from 1.0 to 10000.0
            clock_MHz=225 | clock_MHz=0.5 | '0.5' | a decimal number from 1.0 to 10000.0
            buffer.act_KiB=8192 | buffer.act_KiB=16385 | '16385' | an integer from 1 to 16384
            hbm.stripe_bytes=64 | hbm.stripe_bytes=96 | '96' | a multiple of hbm.access_bytes = 64
            hbm.row_bytes=1024 | hbm.row_bytes=1000 | '1000' | a multiple of 32
            ddr.tREFI_ns=7800 | ddr.tREFI_ns=700 | '700' | more than twice the duration of a refresh
            hbm.map=R-1G-2B-C-1G | hbm.map=R-2B-C-1G | 'R-2B-C-1G' | 2 bits of G and 2 of B in all
            hbm.map=R-1G-2B-C-1G | hbm.map=C-R | 'C-R' | R, then fields such as 2B, 1G, C
            hbm.bankGroups=4 | hbm.bankGroups=3 | '3' | a power of two
            hbm.access_bytes=64 | hbm.access_bytes=48 | '48' | a multiple of 32
            hbm.latency_ns=106.66 | hbm.latency_ns=1 | '1' | at least 2 clocks of the memory
            hbm.nCCD_L_clocks=4 | hbm.nCCD_L_clocks=1 | '1' | an integer from 2 to 16777216
            hbm.page=open | hbm.page=shut | 'shut' | closed, open
            fetch.memory=ddr | fetch.memory=sdram | 'sdram' | chip, ddr, param, hbm
            fetch.block_bytes=512 | fetch.block_bytes=500 | '500' | a multiple of 32
            """, quoteCharacter = '"')
    void eachRuleHasItsLine(String line, String with, String found, String allowed)
            throws IOException {
        String text = u280Text().replace("\n" + line + "\n", "\n" + with + "\n");
        assertEquals("board file my.properties: key '" + line.substring(0, line.indexOf('='))
                + "': found " + found + "; allowed: " + allowed, messageOf(text));
    }

    private static void refused(String line, String value, String found, String allowed)
            throws IOException {
        String key = line.substring(0, line.indexOf('='));
        assertEquals("board file my.properties: key '" + key + "': found '" + found
                + "'; allowed: " + allowed,
                messageOf(u280Text().replace("\n" + line + "\n", "\n" + key + "=" + value + "\n")));
    }

    @Test
    void rulesOfListsAndClocksHaveTheirLines() throws IOException {
        refused("hbm.row_bytes=1024", "1056", "1056",
                "a power of two times hbm.burst_bytes = 32");
        refused("hbm.port_bytesPerCycle=64", "32", "32",
                "at least 64, what a channel moves in a kernel cycle");
        refused("hbm.weights.channelsPerCore=8", "8,8", "8,8",
                "an integer from 1 to 1024, or 3 of them separated by "
                        + "commas, one a core");
        refused("hbm.param.channelsPerCore=1", "1,x,1", "1,x,1",
                "an integer from 0 to 1024, or 3 of them separated by "
                        + "commas, one a core");
        refused("fetch.buffer_bytes=4096", "512", "512",
                "at least 2 * fetch.block_bytes = 1024");
    }

    @Test
    void ratesNeedNotBeGiven() throws IOException {
        assertEquals("board file my.properties: key 'ld.wgt_percent': found '0'; allowed: an "
                + "integer from 1 to 100", messageOf(u280Text() + "ld.wgt_percent=0\n"));
        assertEquals(TransferRates.FULL, Boards.load("u280").control().rates());
        assertEquals(new TransferRates(35, 70, 70, 70),
                Boards.load("u280-flightllm").control().rates());
    }

    @Test
    void coresNeedTheirChannels() throws IOException {
        assertEquals("board file my.properties: key 'hbm.channels': found '32'; allowed: at least "
                + "those of all cores for weights, parameters and instructions, 36",
                messageOf(u280Text().replace("\ncores=3\n", "\ncores=4\n")
                        .replace("=0,8,16", "=0").replace("=8,8,16", "=0")));
        assertEquals("board file my.properties: key 'hbm.channels': found '32'; allowed: at least "
                + "those of all cores for weights, parameters and instructions, 33",
                messageOf(u280Text().replace("PerCore=8\n", "PerCore=9\n")
                        .replace("fetch.memory=ddr", "fetch.memory=hbm")));
    }

    @Test
    void coresMayDiffer() throws IOException {
        Board b = BoardReader.read("uneven", u280Text()
                .replace("hbm.weights.channelsPerCore=8", "hbm.weights.channelsPerCore=11,11,10")
                .replace("hbm.param.channelsPerCore=1", "hbm.param.channelsPerCore=0"));
        assertEquals(List.of(11, 11, 10),
                b.memories().stream().map(m -> m.hbm().channels()).toList());
        assertEquals(List.of(0, 11, 22),
                b.memories().stream().map(m -> m.hbm().firstChannel()).toList());
        assertEquals(0, b.memory(Memory.PARAM, 1).capacityBytes());
        assertEquals(10L << 28, b.memory(Memory.HBM, 2).capacityBytes());
        assertEquals(16, b.memory(Memory.HBM, 2).crossingCycles());
        assertEquals(8, b.memory(Memory.DDR, 0).crossingCycles());
    }

    @Test
    void timesAreClocksOfTheMemoryRoundedUp() {
        Dram hbm = Boards.load("u280").memory(Memory.HBM, 0).dram();
        assertEquals(new ClockRatio(4, 1), hbm.clock());
        assertEquals(96, hbm.latencyTicks());
        assertEquals(14, hbm.timing().nRCD());
        assertEquals(14, hbm.timing().nRP());
        assertEquals(30, hbm.timing().nRAS());
        assertEquals(234, hbm.timing().nRFC());
        assertEquals(3510, hbm.timing().nREFI());
        Dram ddr = Boards.load("u280").memory(Memory.DDR, 0).dram();
        assertEquals(new ClockRatio(16, 3), ddr.clock());
        assertEquals(88, ddr.latencyTicks());
        assertEquals(19.2, ddr.peakGBps(225), 1e-9);
    }

    @Test
    void clocksMeetAtTheNextEdge() {
        var clock = new ClockRatio(2400, 450);
        assertEquals(new ClockRatio(16, 3), clock);
        assertEquals(6, clock.ticks(1));
        assertEquals(5, clock.ticksBefore(1));
        assertEquals(16, clock.ticks(3));
        assertEquals(1, clock.cycles(5));
        assertEquals(2, clock.cycles(6));
        assertEquals(3, clock.cycles(16));
    }

    @Test
    void theSwitchAndItsPortsAreOneChoice() throws IOException {
        String on = u280Text().replace("hbm.switch=off", "hbm.switch=on\nhbm.switch.channels=4\n"
                + "hbm.switch.stackChannels=16\nhbm.switch.links=2\nhbm.switch.local_ns=15.55\n"
                + "hbm.switch.crossing_ns=4.44\nhbm.switch.stack_ns=15.55\nhbm.ports.perCore=4");
        AxiSwitch s = BoardReader.read("on", on).hbmSwitch();
        assertEquals(14, s.ticks(0, 3));
        assertEquals(14 + 4, s.ticks(3, 4));
        assertEquals(14 + 7 * 4 + 14, s.ticks(31, 0));
        assertEquals("board file my.properties: key 'hbm.ports.perCore': found '9'; allowed: at"
                + " most hbm.weights.channelsPerCore = 8 of core 0",
                messageOf(on.replace("ports.perCore=4", "ports.perCore=9")));
        assertEquals("board file my.properties: key 'hbm.ports.perCore': unknown; check the"
                + " spelling against u280.properties or remove it",
                messageOf(u280Text() + "\nhbm.ports.perCore=4\n"));
    }

    @Test
    void keysAreKnownAndUnique() throws IOException {
        assertEquals("board file my.properties: key 'hbm.nRDC_cycles': unknown; check the spelling"
                + " against u280.properties or remove it",
                messageOf(u280Text() + "\nhbm.nRDC_cycles=4\n"));
        assertEquals("board file my.properties: key 'cores': given twice; remove one line",
                messageOf(u280Text() + "\ncores=3\n"));
        assertTrue(messageOf("name=\\u12").startsWith("board file my.properties: Malformed"));
    }

    @Test
    void stripesFollowTheContract() {
        OffChipMemory hbm = Boards.load("u280").memory(Memory.HBM, 0);
        for (long a : new long[] {0, 63, 64, 511, 512, 1000, 123_456_789L}) {
            assertEquals(a / 64 % 11, hbm.channel(a));
            assertEquals(a / (64 * 11) * 64 + a % 64, hbm.local(a));
        }
    }

    @Test
    void costsAreTheStatedFormulas() {
        Board b = Boards.load("u280");
        assertEquals(64L * 128 + 64, b.mpe().mvCycles(1, 4096, 4096));
        assertEquals(2L * 8 * 11 + 64, b.mpe().mmCycles(129, 16, 172));
        assertEquals(1 + 64, b.mpe().mvCycles(1, 1, 1));
        // a second strip for one row; eight rows a VPU drain
        assertEquals(2L * 16 * 5 + 64 + 7, b.mpe().spmmCycles(129, 17, 5));
        assertEquals(3L * 1 * 3 + 64, b.mpe().spmvCycles(3, 17, 5));
        assertEquals(8L * 5 * 10 + 60, b.sfu().cycles(VectorKind.SOFTMAX, 5, 172));
        assertEquals(2 + 8, b.sys().broadcastCycles(65));
    }
}
