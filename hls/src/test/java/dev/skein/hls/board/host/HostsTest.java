package dev.skein.hls.board.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {

    @Test
    void a6000() {
        assertEquals(List.of("a6000"), Hosts.names());
        Host host = Hosts.load("a6000");
        assertEquals(48L << 30, host.gpu().memoryBytes());
        assertEquals(32, host.linkGBps());
    }

    @Test
    void everyValueStatesItsSource() {
        List<String> lines = Hosts.text("a6000").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("=") && !lines.get(i).startsWith("#")) {
                assertTrue(lines.get(i - 1).startsWith("# "), lines.get(i));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpu.memory_MiB=49152 | 0 | an integer from 1 to 16777216
            gpu.memory_GBps=768 | 0 | a decimal number from 1.0 to 1000000.0
            gpu.fp16_TFLOPS=154.8 | fast | a decimal number from 0.001 to 1000000.0
            gpu.memory_percent=85 | 101 | an integer from 1 to 100
            gpu.flops_percent=60 | 0 | an integer from 1 to 100
            gpu.launch_ns=5000 | -1 | a decimal number from 0.0 to 1.0E9
            host.memory_MiB=131072 | 1.5 | an integer from 1 to 16777216
            link_GBps=32 | 0 | a decimal number from 0.001 to 100000.0
            link.latency_ns=1000 | -2 | a decimal number from 0.0 to 1.0E9
            """)
    void eachRuleHasItsLine(String line, String value, String allowed) {
        String key = line.substring(0, line.indexOf('='));
        String text = Hosts.text("a6000").replace("\n" + line + "\n",
                "\n" + key + "=" + value + "\n");
        assertEquals("host file my.properties: key '" + key + "': found '" + value
                + "'; allowed: " + allowed, assertThrows(BoardException.class,
                        () -> Hosts.parse("my.properties", text)).getMessage());
    }

    @Test
    void whatIsUnknownIsRefused() {
        assertEquals("host file my.properties: key 'gpu.cores': unknown; check the spelling"
                + " against a6000.properties or remove it", assertThrows(BoardException.class,
                        () -> Hosts.parse("my.properties", Hosts.text("a6000") + "gpu.cores=1\n"))
                                .getMessage());
    }
}
