package dev.skein.compiler.frontend.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.SlrUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What well-formed reports say, from samples that were written for this. */
class ReportReaderTest {

    @Test
    void samplesSayThatTheyAreSynthetic() throws IOException {
        for (String name : Samples.NAMES) {
            assertTrue(Samples.text(name).contains("Synthetic: written for the tests of Skein"),
                    name);
        }
    }

    @Test
    void csynth() throws IOException {
        SynthesisReport report = Samples.read("csynth.xml");
        assertEquals(SynthesisReport.Kind.CSYNTH, report.kind());
        assertEquals("Vitis HLS 2023.2", report.tool());
        assertEquals("skein_core_c11", report.design());
        assertEquals("xcu280-fsvh2892-2L-e", report.part());
        var resources = report.resources().orElseThrow();
        assertEquals(new Resources(240_123, 351_234, 501, 264, 2264), resources.total(),
                "half a block counts as one");
        assertEquals(new Resources(1_303_680, 2_607_360, 2016, 960, 9024), resources.capacity());
        assertEquals(new Resources(90_000, 120_000, 8, 0, 2048), resources.part("mpe"));
        assertEquals(4, resources.part("sfu").bram36());
        Timing timing = report.timing().orElseThrow();
        assertEquals(4.44, timing.clocks().getFirst().periodNs());
        assertEquals(4.44 - 3.244, timing.setupSlackNs().orElseThrow());
        assertEquals(1e3 / 3.244, timing.clocks().getFirst().reachableMHz().orElseThrow(), 1e-9);
        assertTrue(timing.met());
    }

    @Test
    void csynthOfAnOlderVersion() throws IOException {
        String old = Samples.text("csynth.xml").replace("<DSP>", "<DSP48E>")
                .replace("</DSP>", "</DSP48E>").replaceAll("<URAM>\\d+</URAM>", "");
        var resources = Samples.parse("old.xml", old).resources().orElseThrow();
        assertEquals(2264, resources.total().dsp());
        assertEquals(0, resources.total().uram());
    }

    @Test
    void hierarchy() throws IOException {
        SynthesisReport report = Samples.read("hierarchy.rpt");
        assertEquals(SynthesisReport.Kind.HIERARCHY, report.kind());
        assertEquals("Vivado v.2023.2", report.tool());
        assertEquals("level0_wrapper", report.design());
        var resources = report.resources().orElseThrow();
        assertEquals(new Resources(900_000, 1_300_000, 1345, 800, 6500), resources.total());
        assertEquals(9, resources.parts().size());
        assertEquals(new Resources(235_000, 330_000, 421, 264, 2264), resources.part(
                "level0_wrapper/level0_i/ulp/skein_core_1"), "405 and 31 halves");
        assertEquals(2048,
                resources.part("level0_wrapper/level0_i/ulp/skein_core_1/mpe").dsp());
        assertEquals(110_000, resources.part("level0_wrapper/level0_i/blp").lut());
        assertEquals(Resources.NONE, resources.capacity(), "the report does not say");
    }

    @Test
    void slr() throws IOException {
        SynthesisReport report = Samples.read("slr.rpt");
        assertEquals(SynthesisReport.Kind.SLR, report.kind());
        assertEquals(List.of(new Resources(300_000, 430_000, 445, 272, 2270),
                new Resources(295_000, 440_000, 431, 264, 2264),
                new Resources(289_000, 425_000, 428, 264, 2264)),
                report.resources().orElseThrow().slrs().stream().map(SlrUse::use).toList());
    }

    @Test
    void timing() throws IOException {
        SynthesisReport report = Samples.read("timing.rpt");
        assertEquals(SynthesisReport.Kind.TIMING, report.kind());
        assertTrue(report.resources().isEmpty());
        Timing timing = report.timing().orElseThrow();
        assertEquals(OptionalDouble.of(0.012), timing.setupSlackNs());
        assertEquals(OptionalDouble.of(0.010), timing.holdSlackNs());
        assertEquals(List.of("pcie_refclk", "clk_kernel_00", "hbm_aclk", "clk_fb"),
                timing.clocks().stream().map(Timing.Clock::name).toList());
        assertEquals(OptionalDouble.empty(), timing.clocks().getFirst().slackNs(),
                "no path within it");
        assertEquals(OptionalDouble.of(0.044), timing.clocks().get(1).slackNs());
        assertEquals(1e3 / 4.4, timing.clocks().get(1).reachableMHz().orElseThrow(), 1e-9);
    }

    @Test
    void timingThatIsNotMetAndTimingWithoutPaths() throws IOException {
        String text = Samples.text("timing.rpt");
        Timing late = Samples.parse("t", text.replaceFirst(" 0\\.012 ", "-0.250 "))
                .timing().orElseThrow();
        assertEquals(OptionalDouble.of(-0.25), late.setupSlackNs());
        assertFalse(late.met());
        Timing none = Samples.parse("t", text.replaceFirst("0\\.012 ", "   NA ")).timing()
                .orElseThrow();
        assertEquals(OptionalDouble.empty(), none.setupSlackNs());
        Timing slow = Samples.parse("t", text.replace("  0.044 ", " -1.556 ")).timing()
                .orElseThrow();
        assertEquals(1e3 / 6, slow.clocks().get(1).reachableMHz().orElseThrow(), 1e-9);
    }

    @Test
    void linesOfWindowsAreLines() throws IOException {
        for (String name : Samples.NAMES) {
            assertEquals(Samples.read(name),
                    Samples.parse(name, Samples.text(name).replace("\n", "\r\n")), name);
        }
    }

    @Test
    void filesAreReadByPath(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("slr.rpt"), Samples.text("slr.rpt"));
        assertEquals(file.toString(), ReportReader.read(file).file());
        assertThrows(NoSuchFileException.class,
                () -> ReportReader.read(folder.resolve("absent.rpt")));
        assertTrue(assertThrows(FormatException.class, () -> ReportReader.read(folder))
                .getMessage().startsWith(folder + ": file: found a folder"));
        var small = new ReportLimits(100, 100, 100, 10, 100);
        assertTrue(assertThrows(FormatException.class, () -> ReportReader.read(file, small))
                .getMessage().contains("size: found " + Files.size(file) + " bytes, but a report"
                        + " has at most 100"));
    }
}
