package dev.skein.hls.board.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpusTest {

    @Test
    void builtInOnes() {
        assertEquals(List.of("a100", "a100-pcie", "a6000", "h100", "h200", "rtx4090", "v100s"),
                Gpus.names());
        for (String name : Gpus.names()) {
            Gpu gpu = Gpus.load(name);
            assertEquals(name, gpu.name());
            assertTrue(gpu.peaks().int8Tera() == 0
                    || gpu.peaks().int8Tera() >= 1.99 * gpu.peaks().halfTera(), name);
        }
        assertEquals(0, Gpus.load("v100s").peaks().int8Tera());
        assertTrue(Gpus.load("h100").priceUSD().isEmpty());
    }

    @Test
    void everyValueStatesItsSource() {
        for (String name : Gpus.names()) {
            List<String> lines = Gpus.text(name).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("=") && !lines.get(i).startsWith("#")) {
                    assertTrue(lines.get(i - 1).startsWith("# "), name + ": " + lines.get(i));
                }
            }
        }
    }

    @Test
    void aFileMayBeCalibratedByItself() {
        Gpu own = Gpus.parse("mine.properties", Gpus.text("a6000") + "gpu.memory_percent=91\n");
        assertEquals(91, own.reach().memory());
        assertEquals(Gpus.load("a6000").reach().sparse(), own.reach().sparse());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu.memory_MiB=49152 | 0 | an integer from 1 to 16777216
            gpu.memory_GBps=768 | 0 | a decimal number from 1.0 to 1000000.0
            gpu.fp16_TFLOPS=154.8 | fast | a decimal number from 0.001 to 1000000.0
            gpu.int8_TOPS=309.7 | -1 | a decimal number from 0.0 to 1000000.0
            gpu.int32_TOPS=19.4 | 0 | a decimal number from 0.001 to 1000000.0
            gpu.reach=uncalibrated | guessed | the name of a file in reach/
            power_W=300 | 0 | a decimal number from 1.0 to 1000000.0
            price_USD=4650 | 0 | a decimal number from 1.0 to 1.0E9
            """)
    void eachRuleHasItsLine(String line, String value, String allowed) {
        String key = line.substring(0, line.indexOf('='));
        String text = Gpus.text("a6000").replace("\n" + line + "\n",
                "\n" + key + "=" + value + "\n");
        assertEquals("GPU file my.properties: key '" + key + "': found '" + value
                + "'; allowed: " + allowed, assertThrows(BoardException.class,
                        () -> Gpus.parse("my.properties", text)).getMessage());
    }

    @Test
    void memoryIsMoreThanTheDriverKeeps() {
        String text = Gpus.text("a6000").replace("\ngpu.memory_MiB=49152", "\ngpu.memory_MiB=512");
        assertEquals("GPU file my.properties: key 'gpu.context_MiB': found '512'; allowed: less"
                + " than gpu.memory_MiB", assertThrows(BoardException.class,
                        () -> Gpus.parse("my.properties", text)).getMessage());
    }
}
