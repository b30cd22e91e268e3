package dev.skein.compiler.frontend.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One broken rule a report; the message names the line and the field. */
class MalformedReportTest {
    private static final String CORE_1 = "|       skein_core_1 ";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"files", "xml", "hierarchies", "slrs", "timings"})
    void isRefusedInOneLine(String rule, String sample, UnaryOperator<String> damage, String field,
            String found) throws IOException {
        String whole = Samples.text(sample);
        String damaged = damage.apply(whole);
        assertFalse(damaged.equals(whole), "nothing was damaged: " + rule);
        FormatException e = assertThrows(FormatException.class,
                () -> Samples.parse("bad.rpt", damaged), rule);
        assertTrue(e.field().replaceFirst("^line \\d+, ", "").equals(field)
                || e.field().equals(field), e.getMessage());
        assertTrue(e.found().contains(found), e.getMessage());
        assertTrue(e.getMessage().startsWith("bad.rpt: "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    static Stream<Arguments> files() {
        return Stream.of(
                bad("empty", "slr.rpt", t -> "", "kind of report", "none"),
                bad("another text", "slr.rpt", t -> "hello\n", "kind of report", "none"),
                bad("title without a rule", "slr.rpt", t -> t.replaceAll("\n-{48}\n", "\n"),
                        "kind of report", "none"),
                bad("control character", "slr.rpt", t -> t.replace("| CLB LUTs ",
                        "| CLB\u001bLUTs "), "line 27", "control character 27"),
                bad("long line", "slr.rpt", t -> t + "x".repeat(8193), "line 37",
                        "8193 characters"),
                bad("many lines", "slr.rpt", t -> t + "\n".repeat(500_000), "line 500001",
                        "another line"),
                bad("no tool", "slr.rpt", t -> t.replace("Tool Version", "Tool"), "Tool Version",
                        "nothing"),
                bad("another tool", "slr.rpt", t -> t.replace("Vivado v.", "Quartus "),
                        "Tool Version", "Quartus"),
                bad("no design", "timing.rpt", t -> t.replace("| Design  ", "| Desin  "), "Design",
                        "nothing"));
    }

    static Stream<Arguments> xml() {
        return Stream.of(
                bad("document type", "csynth.xml", t -> t.replace("<profile>",
                        "<!DOCTYPE profile>\n<profile>"), "XML", "<!DOCTYPE profile>"),
                bad("external entity", "csynth.xml", t -> t.replace("<profile>", "<!DOCTYPE p"
                        + " [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><profile>&x;"), "XML",
                        "<!DOCTYPE"),
                bad("undeclared entity", "csynth.xml", t -> t.replace("2023.2", "&x;"), "XML",
                        "entity"),
                bad("cut off", "csynth.xml", t -> t.substring(0, t.length() / 2), "XML", ""),
                bad("not closed", "csynth.xml", t -> t.replace("</Part>", ""), "XML", ""),
                bad("two roots", "csynth.xml", t -> t + "<profile/>", "XML", ""),
                bad("another root", "csynth.xml", t -> t.replace("profile>", "report>"), "report",
                        "report"),
                bad("deep", "csynth.xml", t -> "<profile>" + "<a>".repeat(64), "a", "level 64"),
                bad("many elements", "csynth.xml", t -> t.replace("</profile>",
                        "<a/>".repeat(500_000)), "profile/a", "another element"),
                bad("no part", "csynth.xml", t -> t.replace("Part>", "Pard>"),
                        "profile/UserAssignments", "no element Part"),
                bad("empty name", "csynth.xml", t -> t.replace("skein_core_c11", ""),
                        "profile/UserAssignments/TopModelName", "0 characters"),
                bad("part twice", "csynth.xml", t -> t.replace("<unit>ns</unit>\n    <Product",
                        "<Part>x</Part><Product"), "profile/UserAssignments/Part", "again"),
                bad("no resources", "csynth.xml", t -> t.replaceFirst(
                        "(?s)<Resources>.*?</Resources>", ""), "profile/AreaEstimates",
                        "no element Resources"),
                bad("no capacity", "csynth.xml", t -> t.replaceAll(
                        "(?s)<AvailableResources>.*</AvailableResources>", ""),
                        "profile/AreaEstimates", "no element AvailableResources"),
                bad("no DSP", "csynth.xml", t -> t.replace("<DSP>2264</DSP>", ""),
                        "profile/AreaEstimates/Resources", "no element DSP"),
                bad("negative", "csynth.xml", t -> t.replace("240123", "-1"),
                        "profile/AreaEstimates/Resources/LUT", "-1"),
                bad("fraction", "csynth.xml", t -> t.replace("240123", "1.5"),
                        "profile/AreaEstimates/Resources/LUT", "1.5"),
                bad("too many", "csynth.xml", t -> t.replace("240123", "1000000001"),
                        "profile/AreaEstimates/Resources/LUT", "1000000001"),
                bad("longer than a number", "csynth.xml", t -> t.replace("240123",
                        "99999999999999999999"), "profile/AreaEstimates/Resources/LUT", "999"),
                bad("no period", "csynth.xml", t -> t.replace("4.44<", "0<"),
                        "profile/UserAssignments/TargetClockPeriod", "0"),
                bad("period in words", "csynth.xml", t -> t.replace("3.244", "fast"),
                        "profile/PerformanceEstimates/SummaryOfTimingAnalysis"
                                + "/EstimatedClockPeriod", "fast"),
                bad("module without a name", "csynth.xml", t -> t.replace("<Name>mpe</Name>", ""),
                        "profile/ModuleInformation/Module", "no element Name"));
    }

    static Stream<Arguments> hierarchies() {
        String rpt = "hierarchy.rpt";
        return Stream.of(
                bad("no table", rpt, t -> t.substring(0, t.indexOf('+')), "table",
                        "the end of the file"),
                bad("no border above", rpt, t -> t.replaceFirst("\\+-[-+]*\n", ""), "table",
                        "a row"),
                bad("no border below", rpt, t -> t.substring(0, t.lastIndexOf("+-", t.length()
                        - 200)), "table", ""),
                bad("no rows", rpt, t -> t.replaceAll("\\| +[a-z].*\n", ""), "table", "no row"),
                bad("column missing", rpt, t -> t.replace("URAM", "ULTR"), "column 'URAM'",
                        "ULTR"),
                bad("column twice", rpt, t -> t.replace("RAMB18", "RAMB36"), "column 'RAMB36'",
                        "twice"),
                bad("cell missing", rpt, t -> t.replace("235000 | ", ""), "row", "10 cells"),
                bad("row not closed", rpt, t -> t.replaceFirst("(\\| level0_wrapper .*)\\|\n",
                        "$1\n"), "row", "level0_wrapper"),
                bad("percentage", rpt, t -> t.replace("235000", "23500(2.1%)"), "Total LUTs",
                        "23500(2.1%)"),
                bad("half a LUT", rpt, t -> t.replace("235000", "2350.5"), "Total LUTs",
                        "2350.5"),
                bad("negative", rpt, t -> t.replace("235000", "-35000"), "Total LUTs", "-35000"),
                bad("too many", rpt, t -> t.replace("235000", "1000000001"), "Total LUTs",
                        "1000000001"),
                bad("no name", rpt, t -> t.replace(CORE_1, "|                    "), "Instance",
                        "nothing"),
                bad("odd indentation", rpt, t -> t.replace(CORE_1, "|        skein_core_1 "),
                        "Instance", "7 spaces before skein_core_1"),
                bad("a level left out", rpt, t -> t.replace("|     ulp ", "|         ulp "),
                        "Instance", "8 spaces before ulp"),
                bad("two at the top", rpt, t -> t.replace(CORE_1, "| skein_core_1 "), "Instance",
                        "0 spaces before skein_core_1"),
                bad("no space", rpt, t -> t.replace(CORE_1, "|skein_core_1 "), "Instance",
                        "-1 spaces before skein_core_1"),
                bad("deep", rpt, MalformedReportTest::deep, "Instance", "level 64"));
    }

    /** Each row one level below the last. */
    private static String deep(String text) {
        var rows = new StringBuilder();
        for (int i = 1; i < 70; i++) {
            rows.append("| ").append("  ".repeat(i)).append("x | m").append(" | 0".repeat(9))
                    .append(" |\n");
        }
        return text.replaceFirst("(\\| level0_wrapper .*\n)", "$1" + rows);
    }

    static Stream<Arguments> slrs() {
        return Stream.of(
                bad("no row", "slr.rpt", t -> t.replace("| CLB LUTs ", "| CLB TULs "), "Site Type",
                        "no row 'CLB LUTs'"),
                bad("row twice", "slr.rpt", t -> t.replace("| CLB Registers ", "| CLB LUTs      "),
                        "Site Type", "CLB LUTs again"),
                bad("no SLR", "slr.rpt", t -> t.replace("SLR0 ", "SLR9 "), "column 'SLR0'",
                        "SLR9"),
                bad("no site column", "slr.rpt", t -> t.replace("Site Type", "Site Tipe"),
                        "column 'Site Type'", "Site Tipe"),
                bad("a quarter", "slr.rpt", t -> t.replace("430.5", "430.2"), "SLR1", "430.2"),
                bad("nine SLRs", "slr.rpt", MalformedReportTest::nine, "column 'SLR8'",
                        "a column"));
    }

    private static String nine(String text) {
        return text.replaceAll("(?m)^(\\| (CLB|  |Block|URAM|DSPs).*)$", "$1 1|1|1|1|1|1|")
                .replaceAll("(?m)^(\\| Site Type.*)$", "$1 SLR3|SLR4|SLR5|SLR6|SLR7|SLR8|");
    }

    static Stream<Arguments> timings() {
        String rpt = "timing.rpt";
        return Stream.of(
                bad("no table", rpt, t -> t.substring(0, t.indexOf("WNS(ns)")), "table",
                        "the end of the file"),
                bad("text in place of a table", rpt, t -> t.replaceFirst("    WNS\\(ns\\)",
                        "    none   "), "table", "none"),
                bad("no rule under the names", rpt, t -> t.replaceFirst("\n    -------[- ]*\n",
                        "\n\n"), "table", ""),
                bad("column missing", rpt, t -> t.replaceFirst("WHS\\(ns\\)", "WHS(ps)"),
                        "column 'WHS(ns)'", "WHS(ps)"),
                bad("column twice", rpt, t -> t.replaceFirst("WHS\\(ns\\)", "WNS(ns)"),
                        "column 'WNS(ns)'", "twice"),
                bad("rule without a name", rpt, t -> t.replaceFirst("--------------------  \n",
                        "--------------------  -----\n"), "table", "a rule without a name"),
                bad("no number", rpt, t -> t.replaceFirst(" 0\\.012 ", "       "), "WNS(ns)",
                        "nothing"),
                bad("number beside its column", rpt, t -> t.replaceFirst("  0\\.012 ",
                        "  0.012"), "TNS(ns)", "nothing"),
                bad("a word", rpt, t -> t.replaceFirst(" 0\\.012 ", " great "), "WNS(ns)",
                        "great"),
                bad("no clock summary", rpt, t -> t.replace("Clock Summary", "Clock Sumary "),
                        "Clock Summary", "nothing"),
                bad("no table within clocks", rpt, t -> t.replace("Intra Clock", "Inter Clock"),
                        "Intra Clock Table", "nothing"),
                bad("clock without a waveform", rpt, t -> t.replace("{0.000 2.222}",
                        "             "), "Clock Summary", "clk_kernel_00"),
                bad("clock without a period", rpt, t -> t.replace("4.444 ", "0.000 "),
                        "Period(ns)", "0.000"),
                bad("clock twice", rpt, t -> t.replaceAll("(?m)^  hbm_aclk  ",
                        "  clk_kernel_00"), "Clock", "clk_kernel_00 again"));
    }

    private static Arguments bad(String rule, String sample, UnaryOperator<String> damage,
            String field, String found) {
        return Arguments.of(rule, sample, damage, field, found);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertEquals("bad.rpt: text: found bytes that are not UTF-8, but a report is text in UTF-8;"
                + " write the report again, 'make reports' has the commands", assertThrows(
                FormatException.class, () -> ReportReader.parse("bad.rpt",
                        new byte[] {'<', (byte) 0xff}, ReportLimits.DEFAULT)).getMessage());
        assertEquals("size", assertThrows(FormatException.class, () -> ReportReader.parse(
                "bad.rpt", new byte[11], new ReportLimits(10, 10, 10, 10, 10))).field());
    }

    /** Refused before the parser sees it; and the parser itself is told to load nothing. */
    @Test
    void noFileIsReadThroughAnEntity(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
        for (String declaration : new String[] {
            "<!DOCTYPE profile SYSTEM \"" + secret.toUri() + "\">",
            "<!DOCTYPE profile [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>"}) {
            String text = Samples.text("csynth.xml").replace("<profile>", declaration
                    + "<profile>").replace("2023.2", "&e;");
            FormatException e = assertThrows(FormatException.class,
                    () -> ReportReader.parse("bad.xml", text.getBytes(StandardCharsets.UTF_8),
                            ReportLimits.DEFAULT));
            assertFalse(e.getMessage().contains("s3cret"), e.getMessage());
        }
    }

    @Test
    void everyTruncationIsReadOrRefused() throws IOException {
        for (String name : Samples.NAMES) {
            String whole = Samples.text(name);
            int accepted = 0;
            for (int length = 0; length < whole.length(); length += 7) {
                try {
                    Samples.parse(name, whole.substring(0, length));
                    accepted++;
                } catch (FormatException e) {
                    assertEquals(1, e.getMessage().lines().count());
                }
            }
            assertTrue(accepted < whole.length() / 7, name);
        }
    }
}
