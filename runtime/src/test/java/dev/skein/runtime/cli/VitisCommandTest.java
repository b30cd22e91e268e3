package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.runtime.BundledModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VitisCommandTest {
    @TempDir
    private static Path folder;

    private static Path artifact;
    private static JsonNode layout;

    @BeforeAll
    static void compile() throws IOException {
        artifact = folder.resolve("tales.h5");
        try (BundledModel model = BundledModel.extract()) {
            assertEquals(0, Cli.run("compile", model.folder(), "-o", artifact, "--weights", "w4",
                    "--context", 64).exitCode());
        }
        layout = Cli.run("inspect", artifact, "--layout", "--json").json().get("regions");
    }

    @Test
    void writesTheFolderOfABoard(@TempDir Path temporary) {
        Path target = temporary.resolve("u280");
        Cli run = Cli.run("vitis", "u280", "-o", target);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains(
                "skein_core_3: kernel skein_core_c10 in SLR2, 15 memory ports"), run.out());
        assertTrue(run.out().contains("make -C " + target + " hw"), run.out());
        assertTrue(Files.exists(target.resolve("Makefile")));
        assertFalse(Files.exists(target.resolve("layout.csv")));
        JsonNode json = Cli.run("vitis", "u50", "-o", temporary.resolve("u50"), "--json").json();
        assertEquals("xilinx_u50_gen3x16_xdma_5_202210_1", json.get("platform").asText());
        assertEquals("HBM[15]", json.get("units").get(1).get("ports").get("hbm0").asText());
        assertEquals("HBM[31]", json.get("units").get(1).get("ports").get("ddr1").asText());
        assertEquals(2, json.get("streams").asInt());
    }

    /** Every byte of every region is in exactly one bank. */
    @Test
    void saysWhatIsInWhichBank(@TempDir Path temporary) throws IOException {
        Path target = temporary.resolve("u280");
        Cli run = Cli.run("vitis", "u280", "-o", target, "--artifact", artifact);
        assertEquals(0, run.exitCode(), run.err());
        List<String> lines = Files.readAllLines(target.resolve("layout.csv"));
        assertEquals("region,kind,port,bank,offset,bytes", lines.getFirst());
        Map<String, Long> bytes = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            assertEquals(6, cells.length, line);
            bytes.merge(cells[0], Long.parseLong(cells[5]), Long::sum);
            boolean shared = cells[2].matches("ddr[01]");
            assertEquals(shared, cells[3].equals("DDR[" + cells[2].charAt(cells[2].length() - 1)
                    + "]"), line);
            assertTrue(shared || cells[2].matches("skein_core_[123]\\.hbm\\d+"), line);
        }
        Map<String, Long> expected = new TreeMap<>();
        layout.forEach(region -> expected.put(region.get("name").asText(),
                region.get("bytes").asLong()));
        expected.values().removeIf(b -> b == 0);
        assertEquals(expected, bytes);
    }

    @Test
    void anArtifactOfAnotherBoardIsRefused(@TempDir Path temporary) {
        Path target = temporary.resolve("t");
        Cli cores = Cli.run("vitis", "u50", "-o", target, "--artifact", artifact);
        assertEquals(1, cores.exitCode());
        assertEquals("skein: " + artifact + ": cores: compiled for 3, board u50 has 2; compile it"
                + " for this board", cores.err().strip());
        Cli channels = Cli.run("vitis", "u55c", "-o", target, "--artifact", artifact);
        assertEquals("skein: " + artifact + ": HBM: compiled for channels [11, 11, 10] in stripes"
                + " of 64 bytes, board u55c has [10, 10, 10] in stripes of 64; compile it for"
                + " this board", channels.err().strip());
        assertFalse(Files.exists(target));
        assertEquals(0, temporary.toFile().list().length, "nothing half-written");
    }

    @Test
    void anArtifactThatNeedsLargerBuffersIsRefused(@TempDir Path temporary) throws IOException {
        Path board = temporary.resolve("small.properties");
        Cli.run("vitis", "u280", "-o", temporary.resolve("u280"));
        Files.writeString(board, Files.readString(temporary.resolve("u280/board.properties"))
                .replace("\nbuffer.par_KiB=512\n", "\nbuffer.par_KiB=256\n"));
        Cli run = Cli.run("vitis", board, "-o", temporary.resolve("t"), "--artifact", artifact);
        assertEquals("skein: " + artifact + ": buffer PAR: compiled for 524288 bytes, board u280"
                + " has 262144; compile it for this board", run.err().strip());
    }

    @Test
    void whatCannotBeServedIsOneSentence(@TempDir Path temporary) throws IOException {
        for (String board : List.of("v80", "vhk158")) {
            Cli run = Cli.run("vitis", board, "-o", temporary.resolve("t"));
            assertEquals(1, run.exitCode());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().startsWith("skein: board " + board + ": no Vitis build: it is a"
                    + " Versal device"), run.err());
        }
        Path full = Files.createDirectory(temporary.resolve("full"));
        Files.writeString(full.resolve("mine"), "");
        Cli there = Cli.run("vitis", "u280", "-o", full);
        assertEquals("skein: " + full + ": is there already; name a new folder, or remove it",
                there.err().strip());
        assertEquals(2, Cli.run("vitis", "u280").exitCode(), "no folder named");
        assertEquals(List.of("full"), Arrays.asList(temporary.toFile().list()));
    }
}
