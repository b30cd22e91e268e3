package dev.skein.ffi.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.ffi.xrt.Sensor.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees of sysfs of our own making, in the form that the kernel's documents give hwmon. */
class CardFolderTest {
    @TempDir
    private Path root;
    private Path device;
    private Path monitor;

    @BeforeEach
    void tree() throws IOException {
        device = Files.createDirectories(root.resolve("sys/devices/pci0000:00/0000:17:00.1"));
        monitor = Files.createDirectories(device.resolve("hwmon_sdm.u.7/hwmon/hwmon3"));
        Files.createDirectories(device.resolve("rom.u.4194304"));
        Files.writeString(device.resolve("rom.u.4194304/VBNV"),
                "xilinx_u280_gen3x16_xdma_base_1\n");
        link("sys/bus/pci/drivers/xocl/0000:17:00.1");
        link("sys/class/drm/renderD128/device");
        Files.createFile(root.resolve("sys/bus/pci/drivers/xocl/bind"));
        Path descriptors = Files.createDirectories(root.resolve("proc/42/fd"));
        Files.createSymbolicLink(descriptors.resolve("3"), Path.of("/dev/dri/renderD128"));
        Files.createSymbolicLink(descriptors.resolve("4"), Path.of("/dev/dri/renderD128"));
        Files.createSymbolicLink(descriptors.resolve("5"), Path.of("/tmp/other"));
    }

    private void link(String at) throws IOException {
        Files.createDirectories(root.resolve(at).getParent());
        Files.createSymbolicLink(root.resolve(at), device);
    }

    private void put(String file, String text) throws IOException {
        Files.writeString(monitor.resolve(file), text);
    }

    @Test
    void allThatAMonitorHas() throws IOException {
        put("temp1_input", "45000\n");
        put("temp1_label", "FPGA\n");
        put("power1_average", "23500000\n");
        put("power2_average", "1\n");
        put("power2_input", "7250000\n");
        put("in0_input", "12100\n");
        put("curr1_input", "1900\n");
        put("fan1_input", "1200\n");
        put("temp1_max", "99000\n");
        put("name", "xocl\n");
        List<Sensor> sensors = CardFolder.all(root).getFirst().sensors();
        assertEquals(List.of("curr1 1.9 A", "fan1 1200.0 rpm", "in0 12.1 V", "power1 23.5 W",
                "power2 7.3 W", "FPGA 45.0 C"), sensors.stream().map(Sensor::toString).toList());
        assertEquals(Quantity.TEMPERATURE, sensors.getLast().quantity());
        assertTrue(sensors.getLast().source().endsWith("hwmon3/temp1_input"));
    }

    @Test
    void aProcessHoldsACard() throws IOException {
        CardFolder card = CardFolder.of(root, 42).orElseThrow();
        assertEquals("0000:17:00.1", card.address());
        assertEquals(Optional.of("xilinx_u280_gen3x16_xdma_base_1"), card.shell());
        assertEquals(Optional.empty(), CardFolder.of(root, 43));
    }

    @Test
    void twoCardsAreNoAnswer() throws IOException {
        Path other = Files.createDirectories(root.resolve("sys/devices/pci0000:00/0000:65:00.1"));
        Files.createDirectories(root.resolve("sys/class/drm/renderD129"));
        Files.createSymbolicLink(root.resolve("sys/class/drm/renderD129/device"), other);
        Files.createSymbolicLink(root.resolve("proc/42/fd/6"), Path.of("/dev/dri/renderD129"));
        assertEquals(Optional.empty(), CardFolder.of(root, 42));
    }

    @Test
    void aDriverThatShowsNothingIsNoError() throws IOException {
        assertEquals(List.of(), CardFolder.all(root.resolve("none")));
        Files.delete(device.resolve("rom.u.4194304/VBNV"));
        CardFolder card = CardFolder.all(root).getFirst();
        assertEquals(Optional.empty(), card.shell());
        assertEquals(List.of(), card.sensors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "N/A", "12.5", "0x1f", "99999999999999999999",
        "a text\nof lines, and longer than anybody wants to read in a message"})
    void aDamagedFileIsALine(String text) throws IOException {
        put("power1_input", text);
        var e = assertThrows(IOException.class, () -> CardFolder.all(root).getFirst().sensors());
        assertTrue(e.getMessage().contains("power1_input: found '")
                && e.getMessage().contains("allowed is a whole number"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
}
