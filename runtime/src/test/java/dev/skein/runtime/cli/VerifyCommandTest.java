package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.sim.rtl.HlsLibrary;
import org.junit.jupiter.api.Test;

/** {@code skein verify} on the bundled model. */
class VerifyCommandTest {

    @Test
    void comparesTheKernels() {
        assumeTrue(HlsLibrary.load().toOptional().isPresent(), "no g++ at build time");
        Cli text = Cli.run("verify", "tales", "--against", "hls", "-n", 2, "--weights", "w4");
        assertEquals(0, text.exitCode(), text.err());
        assertTrue(text.out().matches("hls: \\d+ tokens compared in 3 steps, 0 mismatches\\s+"),
                text.out());
        Cli json = Cli.run("verify", "tales", "--against", "hls", "-n", 2, "--json");
        JsonNode target = json.json().get("targets").get(0);
        assertEquals("hls", target.get("name").asText());
        assertEquals(3, target.get("steps").asInt());
        assertEquals(0, target.get("mismatches").asInt());
    }

    @Test
    void aMissingLibraryIsOneSentenceThatSaysWhatToRun() {
        System.setProperty(HlsLibrary.PROPERTY, "none/libskein_hls.so");
        try {
            Cli cli = Cli.run("verify", "tales", "--against", "hls");
            assertEquals(1, cli.exitCode());
            assertEquals("skein: library none/libskein_hls.so: no such file; build it with"
                    + " hls/src/main/cpp/build, which needs g++\n", cli.err());
        } finally {
            System.clearProperty(HlsLibrary.PROPERTY);
        }
    }

    @Test
    void refusesWhatItCannotCompare() {
        Cli target = Cli.run("verify", "tales", "--against", "vhdl");
        assertEquals(1, target.exitCode());
        assertTrue(target.err().startsWith("skein: target 'vhdl': allowed are hls"),
                target.err());
        Cli device = Cli.run("verify", "tales", "--against", "hls", "--device", "reference");
        assertEquals("skein: verify compares executions of a compiled program: leave --device"
                + " out\n", device.err());
        Cli tokens = Cli.run("verify", "tales", "--against", "hls", "-n", 0);
        assertEquals(1, tokens.exitCode());
        assertTrue(tokens.err().startsWith("skein: verify: a prompt of "), tokens.err());
    }
}
