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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class BoardsTest {

    private static String u280Text() throws IOException {
        try (InputStream in = Boards.class.getResourceAsStream("u280.properties")) {
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
        assertEquals(1024, b.mpe().mv().macsPerCycle());
        assertEquals(8 << 20, b.buffers().bytes(Space.ACT));
        assertEquals(1536 << 10, b.buffers().bytes(Space.WGT));
        assertEquals(512 << 10, b.buffers().bytes(Space.PAR));
        assertEquals(2L << 30, b.memory(Memory.HBM).capacityBytes());
        assertEquals(256L << 20, b.memory(Memory.PARAM).capacityBytes());
        assertEquals(32L << 30, b.memory(Memory.DDR).capacityBytes());
        assertEquals(1.0, b.seconds(225_000_000), 1e-12);
    }

    @Test
    void everyValueStatesItsSource() throws IOException {
        List<String> lines = u280Text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("=") && !lines.get(i).startsWith("#")) {
                String above = lines.get(i - 1);
                assertTrue(above.startsWith("# ") && above.length() > 8,
                        "line " + (i + 1) + " has no comment above it: " + lines.get(i));
            }
        }
    }

    @Test
    void aNewBoardIsOneFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.properties");
        Files.writeString(file, u280Text().replace("\nname=u280", "\nname=mine")
                .replace("\ncores=3", "\ncores=2")
                .replace("\ncores.slr=0,1,2", "\ncores.slr=0,2"));
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
            hbm.row_bytes=1024 | hbm.row_bytes=1000 | '1000' | a multiple of hbm.access_bytes = 64
            ddr.nREFI_cycles=1755 | ddr.nREFI_cycles=79 | '79' | an integer from 80 to 16777217
            """, quoteCharacter = '"')
    void eachRuleHasItsLine(String line, String with, String found, String allowed)
            throws IOException {
        String text = u280Text().replace("\n" + line + "\n", "\n" + with + "\n");
        assertEquals("board file my.properties: key '" + line.substring(0, line.indexOf('='))
                + "': found " + found + "; allowed: " + allowed, messageOf(text));
    }

    @Test
    void coresNeedTheirChannels() throws IOException {
        assertEquals("board file my.properties: key 'hbm.channels': found '32'; allowed: at least "
                + "cores * (hbm.weights.channelsPerCore + hbm.param.channelsPerCore) = 36",
                messageOf(u280Text().replace("\ncores=3\n", "\ncores=4\n")));
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
        OffChipMemory hbm = Boards.load("u280").hbm();
        for (long a : new long[] {0, 63, 64, 511, 512, 1000, 123_456_789L}) {
            assertEquals(a / 64 % 8, hbm.channel(a));
            assertEquals(a / 512 * 64 + a % 64, hbm.local(a));
        }
    }

    @Test
    void costsAreTheStatedFormulas() {
        Board b = Boards.load("u280");
        assertEquals(64L * 256 + 32, b.mpe().mvCycles(1, 4096, 4096));
        assertEquals(2L * 8 * 11 + 32, b.mpe().mmCycles(129, 16, 172));
        assertEquals(1 + 32, b.mpe().mvCycles(1, 1, 1));
        assertEquals(11L * 5 * 6 + 60, b.sfu().cycles(VectorKind.SOFTMAX, 5, 172));
        assertEquals(2 + 8, b.sys().broadcastCycles(65));
    }
}
