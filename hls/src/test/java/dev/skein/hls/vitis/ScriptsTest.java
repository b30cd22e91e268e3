package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.board.Boards;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Tcl scripts, run by tclsh with the vendor's commands replaced: it proves syntax, control flow
 * and what each is called with, not that the vendor's shells take it.
 */
class ScriptsTest {

    @TempDir
    private Path temporary;

    /** What a script did. */
    private record Run(int exitCode, List<String> lines) {
        String call(String command) {
            return lines.stream().filter(l -> l.startsWith(command + " ")).findFirst()
                    .orElseThrow(() -> new AssertionError(command + " in " + lines));
        }
    }

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Fakes.installed("tclsh"), "tclsh is not installed");
        BuildFolder.of(Boards.load("u280"), Boards.text("u280"),
                Map.of("src/cpp/core.cpp", "")).write(temporary.resolve("b"));
        try (InputStream in = ScriptsTest.class.getResourceAsStream("fake-vendor.tcl")) {
            Files.write(temporary.resolve("fake.tcl"), in.readAllBytes());
        }
    }

    private Run run(Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                Stream.of("tclsh", "../fake.tcl"), Stream.of(words)).toList())
                .directory(temporary.resolve("b").toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said.lines().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"csynth.tcl", "reports.tcl", "package_rtl.tcl"})
    void sayWhatTheyNeed(String script) throws IOException, InterruptedException {
        Run run = run(Map.of(), script);
        assertEquals(1, run.exitCode(), run.toString());
        assertTrue(run.lines().size() == 1 && run.lines().getFirst().startsWith(script + ": "),
                run.toString());
    }

    @Test
    void synthesisOfOneKernel() throws IOException, InterruptedException {
        Run run = run(Map.of("SKEIN_KERNEL", "skein_core", "SKEIN_PART", "xcu280-fsvh2892-2L-e",
                "SKEIN_CLOCK_HZ", "225000000", "SKEIN_FOLDER", "out", "SKEIN_OPTIONS", "-DA=1"),
                "csynth.tcl");
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals("set_top skein_core", run.call("set_top"));
        assertEquals("create_clock -period 4.444 -name default", run.call("create_clock"));
        assertTrue(run.lines().contains(
                "add_files src/cpp/core.cpp -cflags {-DA=1 -DSKEIN_VITIS -Isrc/cpp}"),
                run.toString());
        assertTrue(Files.exists(temporary.resolve("b/out/csynth.xml")));
    }

    @Test
    void reportsOfTheOneRoutedDesign() throws IOException, InterruptedException {
        Path runs = Files.createDirectories(temporary.resolve("b/t/link/impl_1"));
        assertTrue(run(Map.of(), "reports.tcl", "t", "r").lines().getFirst()
                .startsWith("reports.tcl: one *_routed.dcp is needed below t, found 0"));
        Files.writeString(runs.resolve("top_routed.dcp"), "");
        Run run = run(Map.of(), "reports.tcl", "t", "r");
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(List.of("open_checkpoint t/link/impl_1/top_routed.dcp",
                "report_utilization -hierarchical -file r/hierarchy.rpt",
                "report_utilization -slr -file r/slr.rpt",
                "report_timing_summary -no_detailed_paths -file r/timing.rpt"), run.lines());
        Files.writeString(runs.resolve("other_routed.dcp"), "");
        assertEquals(1, run(Map.of(), "reports.tcl", "t", "r").exitCode(), "which of two?");
    }

    @Test
    void packagingOfAnRtlKernel() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("package_rtl.tcl", "o/k.xo", "k",
                "xcu280-fsvh2892-2L-e", "src/rtl/a.sv", "src/rtl/b.sv"));
        Run run = run(Map.of(), words.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals("add_files -norecurse {src/rtl/a.sv src/rtl/b.sv}", run.call("add_files"));
        assertTrue(run.lines().stream().anyMatch(l -> l.startsWith("ipx::associate_bus_interfaces"
                + " -busif s_axis -clock ap_clk")), run.toString());
        assertEquals("package_xo -force -xo_path o/k.xo -kernel_name k -ctrl_protocol ap_ctrl_none"
                + " -ip_directory o/k.ip", run.call("package_xo"));
        Run without = run(Map.of("FAKE_NO_PORTS", "1"), words.toArray(String[]::new));
        assertEquals(1, without.exitCode());
        assertEquals("package_rtl.tcl: module k has no port ap_clk, which a Vitis kernel needs",
                without.lines().getLast());
    }
}
