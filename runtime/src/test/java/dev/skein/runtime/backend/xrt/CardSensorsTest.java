package dev.skein.runtime.backend.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.ffi.xrt.CardFolder;
import dev.skein.ffi.xrt.Sensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sensors of sysfs before those of a tool of our own making, which prints xbutil's JSON. */
class CardSensorsTest {
    private static final String REPORT = """
            {"schema_version": {"schema": "JSON"}, "devices": [
              {"interface_type": "pcie", "device_id": "0000:65:00.1"},
              {"interface_type": "pcie", "device_id": "0000:17:00.1",
               "electrical": {"power_consumption_max_watts": "225",
                 "power_consumption_watts": "23.456789", "power_consumption_warning": "false",
                 "power_rails": [
                   {"id": "12v_pex", "voltage": {"volts": "12.167", "is_present": "true"},
                    "current": {"amps": "0.000", "is_present": "false"}},
                   {"id": "vccint", "voltage": {"volts": "0.850", "is_present": "true"},
                    "current": {"amps": "9.100", "is_present": "true"}}]},
               "thermals": [{"location_id": "fpga0", "temp_C": "45", "is_present": "true"},
                 {"location_id": "cage_temp_0", "temp_C": "0", "is_present": "false"}],
               "mechanical": {"fans": [{"location_id": "fpga_fan_1", "speed_rpm": "1100",
                 "is_present": "true"}]}}]}
            """;

    @TempDir
    private Path folder;

    private CardSensors card(String script) throws IOException {
        Path xbutil = Files.writeString(folder.resolve("xbutil"), "#!/bin/sh\n" + script);
        assertTrue(xbutil.toFile().setExecutable(true));
        Path device = Files.createDirectories(folder.resolve("0000:17:00.1"));
        return new CardSensors(Optional.of(new CardFolder(device)), xbutil);
    }

    /** The tool, which writes what is in a file to where its last argument says. */
    private CardSensors telling(String report) throws IOException {
        Files.writeString(folder.resolve("in.json"), report);
        return card("for last; do :; done\ncp '" + folder.resolve("in.json") + "' \"$last\"\n");
    }

    @Test
    void theToolTellsWhatSysfsDoesNot() throws IOException {
        CardSensors card = telling(REPORT);
        assertEquals(List.of("power 23.5 W", "12v_pex 12.2 V", "vccint 0.9 V", "vccint 9.1 A",
                "fpga0 45.0 C", "fpga_fan_1 1100.0 rpm"),
                card.read().stream().map(Sensor::toString).toList());
        Path monitor = Files.createDirectories(folder.resolve("0000:17:00.1/hwmon/hwmon1"));
        Files.writeString(monitor.resolve("power1_input"), "5000000");
        Files.writeString(monitor.resolve("power2_input"), "31000000");
        Files.writeString(monitor.resolve("power2_label"), "Total Power");
        assertEquals(31, card.power().orElseThrow().value());
    }

    @Test
    void aCardWithoutSensorsHasNone() throws IOException {
        var card = new CardSensors(card("").folder(), folder.resolve("none"));
        assertEquals(List.of(), card.read());
        assertEquals(Optional.empty(), card.power());
        assertEquals(List.of(), new CardSensors(Optional.empty(), card.xbutil()).read());
        assertEquals(Optional.empty(), telling(REPORT.replace("23.456789", "N/A")).power());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0000:17:00.1 | 0000:18:00.1 | devices: found no device_id 0000:17:00.1",
        "23.456789 | much | power: found 'much', allowed is a number",
        "23.456789 | NaN | power: found NaN, allowed is a number",
        "\"fans\": [ | \"fans\": 3, \"x\": [ | fans: found NUMBER, allowed is a list",
        "{\"schema_version\" | {{\"schema | no JSON of xbutil's"})
    void aDamagedReportIsALine(String words, String by, String message) throws IOException {
        assertTrue(REPORT.contains(words), words);
        assertLine(telling(REPORT.replace(words, by)), message);
    }

    @Test
    void aToolThatFailsIsALine() throws IOException {
        assertLine(card("echo first; echo 'ERROR: no such device'; exit 3"),
                "ended with exit code 3: ERROR: no such device");
        assertLine(card("exit 0"), "ended with exit code 0: it said nothing");
    }

    private static void assertLine(CardSensors card, String message) {
        var e = assertThrows(IOException.class, card::read);
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
}
