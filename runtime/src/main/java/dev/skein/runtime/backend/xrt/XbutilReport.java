package dev.skein.runtime.backend.xrt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.ffi.xrt.Sensor;
import dev.skein.ffi.xrt.Sensor.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sensors in the JSON of {@code xbutil examine -r electrical thermal mechanical --format JSON}. A
 * sensor that the tool says is not there, or knows no value of (N/A), is left out.
 */
final class XbutilReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "xbutil examine";

    private final Path file;
    private final List<Sensor> found = new ArrayList<>();

    private XbutilReport(Path file) {
        this.file = file;
    }

    /**
     * Reads a report.
     *
     * @param address of the card: {@code 0000:17:00.1}
     * @throws IOException in one line, if it is no such report or the card is not in it
     */
    static List<Sensor> sensors(Path file, String address) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new IOException(file + ": no JSON of xbutil's: "
                    + e.getMessage().lines().findFirst().orElse(""), e);
        }
        var report = new XbutilReport(file);
        for (JsonNode device : report.array(root.path("devices"), "devices")) {
            if (device.path("device_id").asText().equals(address)) {
                report.device(device);
                return List.copyOf(report.found);
            }
        }
        throw report.bad("devices", "no device_id " + address, "the card that was asked for");
    }

    private void device(JsonNode device) throws IOException {
        JsonNode electrical = device.path("electrical");
        add(Quantity.POWER, "power", electrical.path("power_consumption_watts"));
        for (JsonNode rail : array(electrical.path("power_rails"), "power_rails")) {
            part(rail.path("voltage"), "volts", Quantity.VOLTAGE, rail.path("id").asText());
            part(rail.path("current"), "amps", Quantity.CURRENT, rail.path("id").asText());
        }
        JsonNode thermals = device.path("thermals");
        // Versions differ in whether the list is in an object of its own name.
        for (JsonNode t : array(thermals.isObject() ? thermals.path("thermals") : thermals,
                "thermals")) {
            part(t, "temp_C", Quantity.TEMPERATURE, t.path("location_id").asText());
        }
        for (JsonNode fan : array(device.path("mechanical").path("fans"), "fans")) {
            part(fan, "speed_rpm", Quantity.FAN, fan.path("location_id").asText());
        }
    }

    private void part(JsonNode in, String field, Quantity quantity, String name)
            throws IOException {
        if (in.path("is_present").asText().equals("true")) {
            add(quantity, name, in.path(field));
        }
    }

    private void add(Quantity quantity, String name, JsonNode value) throws IOException {
        String text = value.asText().strip();
        if (text.isEmpty() || text.equals("N/A") || text.equals("NA")) {
            return;
        }
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw bad(name, "'" + text.replaceAll("\\s+", " ") + "'", "a number or N/A");
        }
        if (!Double.isFinite(number)) {
            throw bad(name, text, "a number or N/A");
        }
        found.add(new Sensor(quantity, name, number, SOURCE));
    }

    private JsonNode array(JsonNode node, String name) throws IOException {
        if (!node.isArray() && !node.isMissingNode()) {
            throw bad(name, node.getNodeType(), "a list");
        }
        return node;
    }

    private IOException bad(String field, Object what, String allowed) {
        return new IOException(file + ": " + field + ": found " + what + ", allowed is " + allowed
                + "; the report is not of an xbutil that this version reads");
    }
}
