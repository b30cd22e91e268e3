package dev.skein.hls.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two front ends have nothing to say about the RTL. */
class LintTest {

    @ParameterizedTest
    @ValueSource(strings = {"skein_mpe_kernel", "skein_array", "skein_epilogue",
        "skein_expander", "skein_buffer"})
    void verilatorHasNoWarning(String top) throws IOException, InterruptedException {
        var said = NativeTool.run(List.of("verilator", "--lint-only", "-Wall", "--top-module", top,
                "-y", ".", "-y", "sim", top + ".sv"));
        assertEquals(new NativeTool.Said(0, ""), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"skein_mpe_kernel", "skein_array", "skein_epilogue",
        "skein_expander", "skein_buffer"})
    void icarusHasNoWarning(String top) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("iverilog", "-g2012", "-Wall", "-t", "null",
                "-s", top));
        for (Path folder : List.of(NativeTool.rtl(), NativeTool.rtl().resolve("sim"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".sv")).sorted()
                        .forEach(f -> command.add(f.toString()));
            }
        }
        assertEquals(new NativeTool.Said(0, ""), NativeTool.run(command));
    }
}
