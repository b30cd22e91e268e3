package dev.skein.ffi.xrt;

import dev.skein.ffi.xrt.Sensor.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the driver shows of a card in sysfs. Sensors are those of the kernel's hwmon interface
 * ({@code Documentation/hwmon/sysfs-interface}): mC, uW, mV, mA and rpm; the name of the shell is
 * {@code rom.../VBNV}, as the driver xocl has it.
 *
 * @param path folder of the PCI device; its name is the address
 */
public record CardFolder(Path path) {
    /** System property that names the folder of the only card, in place of all of sysfs. */
    public static final String PROPERTY = "skein.xrt.pci";
    private static final Path ROOT = Path.of("/");
    private static final String RENDER = "/dev/dri/renderD";
    private static final double MILLI = 1e-3;
    private static final double MICRO = 1e-6;

    /** Files of a kind of sensor: how they begin, and the unit that they count in. */
    private record Kind(Quantity quantity, double unit) {}

    private static final Map<String, Kind> KINDS = Map.of(
            "temp", new Kind(Quantity.TEMPERATURE, MILLI), "power", new Kind(Quantity.POWER, MICRO),
            "in", new Kind(Quantity.VOLTAGE, MILLI), "curr", new Kind(Quantity.CURRENT, MILLI),
            "fan", new Kind(Quantity.FAN, 1));

    /** All cards that the driver xocl has on this machine, by address. */
    public static List<CardFolder> all() throws IOException {
        String named = System.getProperty(PROPERTY);
        return named == null ? all(ROOT) : List.of(new CardFolder(Path.of(named)));
    }

    /** All cards below a root folder. */
    static List<CardFolder> all(Path root) throws IOException {
        return folders(root.resolve("sys/bus/pci/drivers/xocl"),
                "[0-9a-f]*:*.[0-9a-f]").stream().map(CardFolder::new).toList();
    }

    /**
     * The card that a process holds: XRT numbers cards in an order of its own, but an open card is
     * an open render node.
     *
     * @return empty if it holds none, as in emulation, or more than one
     */
    public static Optional<CardFolder> of(Card card) throws IOException {
        String named = System.getProperty(PROPERTY);
        return named == null ? of(ROOT, card.pid()) : Optional.of(new CardFolder(Path.of(named)));
    }

    /** The same, below a root folder. */
    static Optional<CardFolder> of(Path root, long pid) throws IOException {
        var found = new TreeSet<Path>();
        for (Path link : folders(root.resolve("proc/" + pid + "/fd"), "*")) {
            String target;
            try {
                target = Files.readSymbolicLink(link).toString();
            } catch (IOException e) {
                // Closed since it was listed, or none that this user may look at.
                continue;
            }
            if (target.startsWith(RENDER)) {
                Path device = root.resolve("sys/class/drm").resolve(target.substring(
                        "/dev/dri/".length())).resolve("device");
                if (Files.isDirectory(device)) {
                    found.add(device.toRealPath());
                }
            }
        }
        return found.size() == 1 ? Optional.of(new CardFolder(found.first())) : Optional.empty();
    }

    private static List<Path> folders(Path in, String names) throws IOException {
        if (!Files.isDirectory(in)) {
            return List.of();
        }
        var out = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(in, names)) {
            stream.forEach(out::add);
        }
        return out.stream().sorted().toList();
    }

    /** The PCI address: {@code 0000:17:00.1}. */
    public String address() {
        return path.getFileName().toString();
    }

    /** The name of the shell that is on the card, if the driver tells. */
    public Optional<String> shell() throws IOException {
        for (Path rom : folders(path, "rom*")) {
            Path file = rom.resolve("VBNV");
            if (Files.isRegularFile(file)) {
                return Optional.of(text(file)).filter(s -> !s.isBlank());
            }
        }
        return Optional.empty();
    }

    /**
     * Reads all sensors.
     *
     * @return empty if the driver shows none
     * @throws IOException in one line, if a file cannot be read or holds no number
     */
    public List<Sensor> sensors() throws IOException {
        var monitors = new ArrayList<>(folders(path.resolve("hwmon"), "hwmon*"));
        for (Path part : folders(path, "*")) {
            // A link such as 'driver' or 'subsystem' leads to other devices.
            if (!Files.isSymbolicLink(part) && Files.isDirectory(part)) {
                monitors.addAll(folders(part.resolve("hwmon"), "hwmon*"));
            }
        }
        var out = new ArrayList<Sensor>();
        for (Path monitor : monitors) {
            for (Path file : folders(monitor, "*[0-9]_{input,average}")) {
                String name = file.getFileName().toString();
                String channel = name.substring(0, name.indexOf('_'));
                Kind kind = KINDS.get(channel.replaceFirst("\\d+$", ""));
                boolean twice = name.endsWith("_average")
                        && Files.exists(monitor.resolve(channel + "_input"));
                if (kind != null && !twice) {
                    out.add(new Sensor(kind.quantity(), label(monitor, channel),
                            number(file) * kind.unit(), file.toString()));
                }
            }
        }
        return List.copyOf(out);
    }

    private static String label(Path monitor, String channel) throws IOException {
        Path file = monitor.resolve(channel + "_label");
        return Files.isRegularFile(file) ? text(file) : channel;
    }

    private static double number(Path file) throws IOException {
        String found = text(file);
        try {
            return Long.parseLong(found);
        } catch (NumberFormatException e) {
            String shown = found.length() > 40 ? found.substring(0, 40) + "..." : found;
            throw new IOException(file + ": found '" + shown + "', allowed is a whole number; the"
                    + " driver of the card is not one that this version reads", e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file),
                    StandardCharsets.ISO_8859_1).replaceAll("\\s+", " ").strip();
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read (" + e.getMessage() + "); see 'xbutil"
                    + " examine' for the state of the card", e);
        }
    }
}
