package dev.skein.runtime.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All targets. */
public final class Targets {
    private static final List<Target> ALL = List.of(new HlsTarget(), new RtlTarget());

    private Targets() {
    }

    /**
     * The targets of a list.
     *
     * @param names as {@link Target#name}, each once
     * @throws IllegalArgumentException naming one that is unknown or twice in it
     */
    public static List<Target> of(List<String> names) {
        List<Target> out = new ArrayList<>();
        for (String name : names) {
            Target found = ALL.stream().filter(t -> t.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("target '" + name
                            + "': allowed are " + names()));
            if (out.contains(found)) {
                throw new IllegalArgumentException("target '" + name + "' is named twice");
            }
            out.add(found);
        }
        return out;
    }

    /** The names of all. */
    public static String names() {
        return ALL.stream().map(Target::name).collect(Collectors.joining(", "));
    }
}
