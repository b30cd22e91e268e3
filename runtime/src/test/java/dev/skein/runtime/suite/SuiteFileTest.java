package dev.skein.runtime.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a suite writes is read back; anything else is refused in one line. */
class SuiteFileTest {
    @TempDir
    private Path folder;

    private static SuiteResult result() throws IOException {
        SuiteFile s = SyntheticSuite.of(Gpus.load("h100"), 1, 0.02);
        var options = new SuiteOptions(DeviceChoice.parse("opencl"), SuiteScale.FULL,
                Optional.empty(), "w4", Set.of(SuitePart.GEMV), 3, Optional.empty());
        var rows = List.of(
                SuiteRow.of(SuitePart.GEMV, "a", "GB/s", Spread.of(3, 1, 2)).atLeast(2),
                SuiteRow.missing(SuitePart.BATCH, "b", "no batches"));
        return new SuiteResult(options, "a \"GPU\"", "driver 1",
                Optional.of(new DeviceSpeed(1, 2, 3, 4)), rows, s.kernels(), s.steps());
    }

    @Test
    void isReadBack() throws IOException {
        SuiteResult written = result();
        SuiteFile read = SuiteFile.read(Files.writeString(folder.resolve("s.json"),
                SuiteFile.json(written).toString()));
        assertEquals(new SuiteFile(written.device(), written.speed(), written.kernels(),
                written.steps()), read);
        var row = SuiteFile.json(written).get("rows").get(0);
        assertEquals(2, row.get("median").asDouble());
        assertEquals(1, row.get("least").asDouble());
        assertEquals("met", row.get("verdict").asText());
        assertEquals("no batches", SuiteFile.json(written).get("rows").get(1).get("problem")
                .asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "schema":1 | "schema":2 | no result of a decode suite of schema 1
            "suite":"decode" | "suite":"prefill" | no result of a decode suite of schema 1
            "kernels":[ | "kernels":{},"rest":[ | field 'kernels': found no array
            "kind":"GEMV" | "kind":"GEMS" | field 'kernels[0]': Cannot deserialize
            "bytes":9474048 | "bytes":-1 | kernel w4 0: -1 bytes
            "fit":true | "fit":null | field 'kernels[0]': Cannot map `null`
            "launches":1 | "launches":0 | launches 0.0: allowed are more than 0
            "context":512 | "context":-512 | field 'steps[0]': context -512.0: allowed
            "readGBps":1.0 | "readGBps":"fast" | field 'speed': Cannot deserialize
            "suite" | suite | not JSON
            """)
    void everythingElseIsRefusedInOneLine(String right, String wrong, String said)
            throws IOException {
        String text = SuiteFile.json(result()).toString();
        assertTrue(text.contains(right), right + " is not in " + text.substring(0, 2000));
        Path file = Files.writeString(folder.resolve("s.json"),
                text.substring(0, text.indexOf(right)) + wrong
                        + text.substring(text.indexOf(right) + right.length()));
        String message = assertThrows(IllegalArgumentException.class, () -> SuiteFile.read(file))
                .getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertTrue(message.contains(said), message);
    }

    @Test
    void absentOnesAndLargeOnes() throws IOException {
        assertThrows(IOException.class, () -> SuiteFile.read(folder.resolve("none")));
        Path large = folder.resolve("large");
        Files.write(large, new byte[(1 << 24) + 1]);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> SuiteFile.read(large))
                .getMessage().contains("has at most 16777216"));
    }
}
