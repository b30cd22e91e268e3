package dev.skein.runtime.backend.xrt;

import dev.skein.ffi.xrt.CardFolder;
import dev.skein.ffi.xrt.Sensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sensors of a card: those that the driver shows in sysfs, else those that {@code xbutil} tells.
 *
 * @param folder of the card in sysfs; empty if none stands behind the device, as in emulation
 * @param xbutil the tool of the installation, which need not be there
 */
public record CardSensors(Optional<CardFolder> folder, Path xbutil) {
    private static final int LIMIT_SECONDS = 30;

    /**
     * Reads all.
     *
     * @return empty if there are none
     * @throws IOException in one line, if one is there and cannot be read
     */
    public List<Sensor> read() throws IOException {
        if (folder.isEmpty()) {
            return List.of();
        }
        List<Sensor> found = folder.get().sensors();
        return found.isEmpty() && Files.isExecutable(xbutil) ? ask(folder.get().address()) : found;
    }

    /** The power of the whole card: the sensor that says so by its name, else the first. */
    public Optional<Sensor> power() throws IOException {
        List<Sensor> all = read().stream()
                .filter(s -> s.quantity() == Sensor.Quantity.POWER).toList();
        return all.stream().filter(s -> s.name().toLowerCase(Locale.ROOT).contains("total"))
                .findFirst().or(() -> all.stream().findFirst());
    }

    private List<Sensor> ask(String address) throws IOException {
        Path made = Files.createTempDirectory("skein-xbutil");
        Path report = made.resolve("report.json");
        Path said = made.resolve("said.txt");
        try {
            Process process = new ProcessBuilder(xbutil.toString(), "examine", "-d", address, "-r",
                    "electrical", "thermal", "mechanical", "--format", "JSON", "-o",
                    report.toString()).redirectErrorStream(true).redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(xbutil + " did not answer within " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0 || !Files.isRegularFile(report)) {
                throw new IOException(xbutil + " examine -d " + address + " ended with exit code "
                        + process.exitValue() + ": " + Files.readString(said,
                        StandardCharsets.ISO_8859_1).lines().filter(l -> !l.isBlank())
                        .reduce((_, last) -> last).orElse("it said nothing").strip());
            }
            return XbutilReport.sensors(report, address);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(xbutil + ": interrupted", e);
        } finally {
            Files.deleteIfExists(report);
            Files.deleteIfExists(said);
            Files.delete(made);
        }
    }
}
