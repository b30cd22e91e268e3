package dev.skein.runtime.backend.xrt;

import dev.skein.ffi.xrt.CardFolder;
import dev.skein.ffi.xrt.Sensor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the driver and the tool tell of a card that is not opened.
 *
 * @param address of the PCI device
 * @param shell the name of its shell, if that is told
 * @param readings of its sensors
 * @param problem what could not be read, in a line
 */
public record CardEntry(String address, Optional<String> shell, List<Reading> readings,
        Optional<String> problem) {

    /**
     * A sensor.
     *
     * @param quantity power, temperature, voltage, current or fan
     * @param unit of the value: W, C, V, A or rpm
     * @param source where it was read
     */
    public record Reading(String name, String quantity, double value, String unit,
            String source) {
        private static Reading of(Sensor sensor) {
            return new Reading(sensor.name(), sensor.quantity().name().toLowerCase(Locale.ROOT),
                    sensor.value(), sensor.quantity().unit(), sensor.source());
        }

        /** {@code fpga0 45.0 C}. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.1f %s", name, value, unit);
        }
    }

    static CardEntry of(CardFolder folder, CardSensors sensors) {
        Optional<String> shell = Optional.empty();
        try {
            shell = folder.shell();
            return new CardEntry(folder.address(), shell,
                    sensors.read().stream().map(Reading::of).toList(), Optional.empty());
        } catch (IOException e) {
            return new CardEntry(folder.address(), shell, List.of(), Optional.of(e.getMessage()));
        }
    }
}
