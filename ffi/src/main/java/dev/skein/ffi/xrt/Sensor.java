package dev.skein.ffi.xrt;

import java.util.Locale;

/**
 * A reading of a card's sensor.
 *
 * @param name as the source labels it
 * @param value in the unit of the quantity
 * @param source where it was read: a file of sysfs, or the tool
 */
public record Sensor(Quantity quantity, String name, double value, String source) {

    /** What is measured. */
    public enum Quantity {
        /** In degrees Celsius. */
        TEMPERATURE("C"),
        /** In W. */
        POWER("W"),
        /** In V. */
        VOLTAGE("V"),
        /** In A. */
        CURRENT("A"),
        /** Revolutions per minute. */
        FAN("rpm");

        private final String unit;

        Quantity(String unit) {
            this.unit = unit;
        }

        /** The unit of a reading. */
        public String unit() {
            return unit;
        }
    }

    /** {@code fpga0 45.0 C}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %s", name, value, quantity.unit());
    }
}
