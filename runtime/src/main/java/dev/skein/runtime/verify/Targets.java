package dev.skein.runtime.verify;

import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions.DeviceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All targets. */
public final class Targets {
    private static final List<Target> ALL = List.of(new HlsTarget(), new RtlTarget(),
            new KernelTarget(DeviceKind.OPENCL, 0), new KernelTarget(DeviceKind.CUDA, 0));
    private static final Pattern DEVICE = Pattern.compile("(opencl|cuda):(\\d{1,4})");

    private Targets() {
    }

    /**
     * The targets of a list.
     *
     * @param names as {@link Target#name}, each once; {@code opencl:N} and
     *     {@code cuda:N} are devices by number
     * @throws IllegalArgumentException naming one that is unknown or twice in it
     */
    public static List<Target> of(List<String> names) {
        List<Target> out = new ArrayList<>();
        for (String name : names) {
            Target found = of(name);
            if (out.contains(found)) {
                throw new IllegalArgumentException("target '" + name + "' is named twice");
            }
            out.add(found);
        }
        return out;
    }

    private static Target of(String name) {
        Matcher device = DEVICE.matcher(name);
        if (device.matches()) {
            DeviceChoice choice = DeviceChoice.parse(name);
            return new KernelTarget(choice.kind(), choice.index());
        }
        return ALL.stream().filter(t -> t.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("target '" + name
                        + "': allowed are " + names()));
    }

    /** The names of all. */
    public static String names() {
        return ALL.stream().map(Target::name).collect(Collectors.joining(", "));
    }
}
