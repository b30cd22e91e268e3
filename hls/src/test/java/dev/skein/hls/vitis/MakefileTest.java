package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.board.Boards;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What make would call, and does call, with programs in place of the vendor's tools. It proves the
 * make file, not that the tools accept what they are given.
 */
class MakefileTest {
    private static final String U280 = "xilinx_u280_gen3x16_xdma_1_202211_1";

    @TempDir
    private Path temporary;

    @BeforeEach
    void makeIsThere() {
        assumeTrue(Fakes.installed("make"), "make is not installed");
    }

    /** A folder that has a source of each kind, whatever the kernels' own are called. */
    private Fakes fakes(String board) throws IOException {
        return Fakes.of(BuildFolder.of(Boards.load(board), Boards.text(board), Map.of(
                "src/cpp/test_core.cpp", "", "src/rtl/test_mpe.sv", "")), temporary);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sw_emu", "hw_emu", "hw"})
    void aDryRunNamesEveryStepOfATarget(String target) throws IOException, InterruptedException {
        Fakes.Run run = fakes("u280").make("-n", target);
        assertEquals(0, run.exitCode(), run.out());
        assertEquals(List.of(), run.calls(), "a dry run calls nothing");
        for (String kernel : List.of("skein_core_c11", "skein_core_c10")) {
            assertTrue(run.out().contains("v++ --compile --target " + target + " --platform "
                    + U280 + " --kernel " + kernel + " --config compile.cfg"), run.out());
        }
        assertTrue(run.out().contains("v++ --link --target " + target), run.out());
        assertTrue(run.out().contains("v++ --package --target " + target), run.out());
        assertEquals(!target.equals("hw"), run.out().contains("emconfigutil"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sw_emu", "hw_emu", "hw"})
    void aRunCallsTheToolsOnceEachAndStopsWhenAllIsThere(String target)
            throws IOException, InterruptedException {
        Fakes fakes = fakes("u280");
        Fakes.Run run = fakes.make(target);
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(Files.exists(fakes.folder().resolve("build/" + target + "/skein.xclbin")));
        List<String> vpp = run.calls().stream().filter(c -> c.startsWith("v++ ")).toList();
        assertEquals(4, vpp.size(), "two kernels, link, package: " + vpp);
        String compile = vpp.stream().filter(c -> c.contains("--kernel skein_core_c10")).findFirst()
                .orElseThrow();
        assertTrue(compile.contains(" -DSKEIN_KERNEL=skein_core_c10"
                + " -Isrc/config/skein_core_c10 -DSKEIN_VITIS -Isrc/cpp "), compile);
        assertTrue(compile.contains(" -o build/" + target + "/skein_core_c10.xo "), compile);
        assertTrue(compile.contains(" src/cpp/test_core.cpp"), compile);
        String link = vpp.get(2);
        assertTrue(link.contains(" --config link.cfg ") && link.endsWith(" -o build/" + target
                + "/skein.link.xclbin build/" + target + "/skein_core_c11.xo build/" + target
                + "/skein_core_c10.xo"), link);
        assertTrue(vpp.get(3).contains("--package") && vpp.get(3).endsWith("skein.link.xclbin"));
        assertEquals(1, run.calls().stream().filter(c -> c.equals("xclbinutil --force --input"
                + " build/" + target + "/skein.packaged.xclbin --add-section"
                + " USER_METADATA:RAW:design.json -o build/" + target
                + "/skein.xclbin")).count(), run.calls().toString());
        assertEquals(List.of(), fakes.make(target).calls(), "a second run has nothing to do");
        Files.writeString(fakes.folder().resolve("link.cfg"), "# changed\n");
        assertEquals(2, fakes.make("-n", target).out().lines().filter(l -> l.startsWith("v++"))
                .count(), "link and package again");
    }

    @Test
    void theOtherTargetsCallTheirTools() throws IOException, InterruptedException {
        Fakes fakes = fakes("u280-flightllm");
        assertEquals(List.of("vitis_hls -f csynth.tcl"), fakes.make("csynth").calls());
        String rtl = fakes.make("rtl_xo").calls().getFirst();
        assertTrue(rtl.startsWith("vivado -mode batch ") && rtl.contains(" -tclargs build/rtl/"
                + "skein_mpe_kernel.xo skein_mpe_kernel xcu280-fsvh2892-2L-e src/rtl/"), rtl);
        List<String> reports = fakes.make("reports").calls();
        assertTrue(reports.getLast().startsWith("vivado ") && reports.getLast().endsWith(
                "-source reports.tcl -tclargs build/hw/link.tmp build/hw/reports"),
                reports.toString());
        assertEquals("", fakes.make("check").out());
        Fakes.Run help = fakes.make();
        for (String word : List.of("sw_emu", "csynth", "rtl_xo", "reports", "clean")) {
            assertTrue(help.out().contains(word), help.out());
        }
        assertEquals(0, fakes.make("clean").exitCode());
        assertFalse(Files.exists(fakes.folder().resolve("build")));
    }

    @Test
    void anEmbeddedBoardNeedsAPlatformAndHasNoEmulation()
            throws IOException, InterruptedException {
        Fakes fakes = fakes("kv260");
        Fakes.Run none = fakes.make("hw");
        assertNotEquals(0, none.exitCode());
        assertTrue(none.out().contains("board kv260 has no platform of its own: make"), none.out());
        assertEquals(List.of(), none.calls());
        Fakes.Run emulation = fakes.make("hw_emu", "PLATFORM=/p/mine.xpfm");
        assertTrue(emulation.exitCode() != 0
                && emulation.out().contains("board kv260 is embedded"), emulation.out());
        assertEquals(List.of(), emulation.calls());
        Fakes.Run hardware = fakes.make("hw", "PLATFORM=/p/mine.xpfm");
        assertEquals(0, hardware.exitCode(), hardware.out());
        assertTrue(hardware.calls().stream().filter(c -> c.startsWith("v++ "))
                .allMatch(c -> c.contains("/p/mine.xpfm")), hardware.calls().toString());
    }

    @Test
    void withoutKernelsNothingIsCalled() throws IOException, InterruptedException {
        Fakes fakes = fakes("u280");
        try (Stream<Path> sources = Files.list(fakes.folder().resolve("src/cpp"))) {
            for (Path source : sources.filter(p -> p.toString().endsWith(".cpp")).toList()) {
                Files.delete(source);
            }
        }
        for (String target : List.of("hw", "csynth")) {
            Fakes.Run run = fakes.make(target);
            assertTrue(run.exitCode() != 0 && run.out().contains("there is no src/cpp/*.cpp"),
                    run.out());
            assertEquals(List.of(), run.calls());
        }
        assertEquals("missing: src/cpp/*.cpp\n", fakes.make("check").out());
    }

    @Test
    void aToolThatFailsLeavesNoFileThatLooksDone() throws IOException, InterruptedException {
        Fakes fakes = fakes("u50");
        Files.writeString(fakes.tools().resolve("v++"),
                "#!/bin/sh\necho half >build/hw/skein_core.xo\nexit 1\n");
        Fakes.Run run = fakes.make("hw");
        assertNotEquals(0, run.exitCode());
        assertFalse(Files.exists(fakes.folder().resolve("build/hw/skein_core.xo")), run.out());
    }
}
