package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.Part;
import dev.skein.hls.board.resource.ResourceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein resources --report}, on the synthetic reports of the readers' tests. */
class ReportOptionTest {
    private static final Path SAMPLES = Path.of(
            "../mapping-compiler/src/test/resources/dev/skein/compiler/frontend/report");

    private static Path sample(String name) {
        return SAMPLES.resolve(name);
    }

    private static String refusal(Object... files) {
        Object[] words = new Object[3 + files.length];
        words[0] = "resources";
        words[1] = "--board=u280";
        words[2] = "--report";
        System.arraycopy(files, 0, words, 3, files.length);
        Cli run = Cli.run(words);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals("", run.out(), "nothing is printed before an error");
        assertEquals(1, run.err().lines().count(), run.err());
        return run.err().strip();
    }

    @Test
    void coresOfACardBesideTheirEstimate() {
        Cli run = Cli.run("resources", "--board", "u280", "--report", sample("hierarchy.rpt"),
                sample("timing.rpt"));
        assertEquals(0, run.exitCode(), run.err());
        List<String> lines = run.out().lines().toList();
        int core = lines.indexOf("skein_core_1");
        Resources ours = ResourceModel.estimate(Boards.load("u280"), 0).parts().stream()
                .filter(p -> !p.name().equals("interconnect")).map(Part::use)
                .reduce(Resources.NONE, Resources::plus);
        assertTrue(lines.get(core + 1).matches("  estimate +%,d +%,d +%,d +%,d +%,d".formatted(
                ours.lut(), ours.ff(), ours.bram36(), ours.uram(), ours.dsp())),
                lines.get(core + 1));
        assertTrue(lines.get(core + 2).matches("  report +235,000 +330,000 +421 +264 +2,264"),
                lines.get(core + 2));
        String deviation = "%+.1f %%".formatted(100.0 * (235_000 - ours.lut()) / ours.lut());
        assertTrue(lines.get(core + 3).startsWith("  deviation")
                && lines.get(core + 3).contains(" " + deviation + " "), lines.get(core + 3));
        assertTrue(lines.contains("all cores"), run.out());
        int engine = lines.indexOf("skein_core_1, matrix engine");
        assertTrue(lines.get(engine + 2).matches("  report +88,000 +118,000 +8 +0 +2,048"),
                lines.get(engine + 2));
        assertTrue(lines.get(engine + 3).matches("  deviation .* new +- +\\+0.0 %"),
                lines.get(engine + 3));
        assertTrue(run.out().contains("timing met: setup slack 0.012 ns, hold slack 0.010 ns"),
                run.out());
        assertTrue(run.out().contains("clock clk_kernel_00: 4.444 ns, slack 0.044 ns, reaches"
                + " 227.3 MHz; the board file has 225.0 MHz"), run.out());
    }

    /** What is estimated for the cores alone is what is estimated for all of them. */
    @Test
    void estimatesOfCoresSumToThatOfTheBoard() {
        for (String name : Boards.names()) {
            var board = Boards.load(name);
            assertEquals(ResourceModel.estimate(board).total(), IntStream.range(0, board.cores())
                    .mapToObj(c -> ResourceModel.estimate(board, c).total())
                    .reduce(Resources.NONE, Resources::plus), name);
        }
    }

    @Test
    void jsonHasEveryReport() {
        JsonNode reports = Cli.run("resources", "--json", "--report", sample("slr.rpt"),
                "--report", sample("csynth.xml"), sample("timing.rpt")).json().get("reports");
        assertEquals(3, reports.size());
        JsonNode slr = reports.get(0);
        assertEquals("SLR", slr.get("kind").asText());
        assertEquals(4, slr.get("rows").size(), "three and their sum");
        JsonNode slr1 = slr.get("rows").get(1);
        assertEquals(295_000, slr1.get("report").get("LUT").asInt());
        long ours = slr1.get("estimate").get("LUT").asLong();
        assertEquals(100.0 * (295_000 - ours) / ours,
                slr1.get("deviationPercent").get("LUT").asDouble(), 1e-9);
        assertTrue(slr.get("note").asText().contains("shell"));
        JsonNode csynth = reports.get(1);
        assertEquals("skein_core_c11 (as skein_core_1)",
                csynth.get("rows").get(0).get("name").asText());
        assertTrue(csynth.get("timing").get("met").asBoolean());
        assertEquals(0, reports.get(2).get("rows").size());
        assertEquals(4.444,
                reports.get(2).get("timing").get("clock").get("periodNs").asDouble());
        assertFalse(Cli.run("resources", "--json").json().has("reports"));
    }

    @Test
    void aMatrixEngineAloneIsComparedWithThatPart(@TempDir Path folder) throws IOException {
        Path mpe = Files.writeString(folder.resolve("mpe.xml"), Files.readString(
                sample("csynth.xml")).replace("skein_core_c11", "skein_mpe_kernel"));
        JsonNode row = Cli.run("resources", "--json", "--report", mpe).json().get("reports").get(0)
                .get("rows").get(0);
        assertEquals("skein_mpe_kernel (matrix engine)", row.get("name").asText());
        assertEquals(2048, row.get("estimate").get("DSP").asInt());
    }

    @Test
    void whatIsOfSomethingElseIsRefused(@TempDir Path folder) throws IOException {
        String csynth = Files.readString(sample("csynth.xml"));
        Path other = Files.writeString(folder.resolve("other.xml"),
                csynth.replace("skein_core_c11", "vadd"));
        assertEquals("skein: " + other + ": design vadd: board u280 has kernels skein_core_c11,"
                + " skein_core_c10", refusal(other));
        Path part = Files.writeString(folder.resolve("part.xml"),
                csynth.replace("xcu280-", "xcu50-"));
        assertEquals("skein: " + part + ": part xcu50-fsvh2892-2L-e: board u280 has a xcu280; name"
                + " the board that was synthesised for", refusal(sample("slr.rpt"), part));
        String hierarchy = Files.readString(sample("hierarchy.rpt"));
        Path fewer = Files.writeString(folder.resolve("fewer.rpt"),
                hierarchy.replace("skein_core_3 ", "skein_core_9 "));
        assertEquals("skein: " + fewer + ": has 2 of the 3 cores of board u280", refusal(fewer));
        Path twice = Files.writeString(folder.resolve("twice.rpt"),
                hierarchy.replace("skein_core_3 ", "skein_core_1 "));
        assertEquals("skein: " + twice + ": instance skein_core_1: found 2 times, the first as"
                + " level0_wrapper/level0_i/ulp/skein_core_1", refusal(twice));
        Path slrs = Files.writeString(folder.resolve("slrs.rpt"), Files.readString(
                sample("slr.rpt")).replace("SLR2 ", "SLR7 "));
        assertEquals("skein: " + slrs + ": has 2 SLRs, board u280 has 3", refusal(slrs));
        Path none = folder.resolve("none.rpt");
        assertEquals("skein: " + none + ": no such file", refusal(none));
    }

    @Test
    void aClockFarFromTheBoardsIsNotTaken(@TempDir Path folder) throws IOException {
        Path slow = Files.writeString(folder.resolve("slow.rpt"), Files.readString(
                sample("timing.rpt")).replace("4.444 ", "8.888 "));
        assertTrue(Cli.run("resources", "--report", slow).out().contains(
                "no clock of about 225.0 MHz, the board file's"));
    }
}
