package dev.skein.hls.board.host;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.DataFolder;
import dev.skein.hls.board.Keys;
import java.util.List;

/** Finds host files: built-in ones by name, others by path. */
public final class Hosts {
    private static final Keys.Kind KIND = new Keys.Kind("host", Hosts.class, "a6000", "gpu",
            List.of());
    private static final DataFolder FOLDER = new DataFolder(KIND);
    private static final int MAX_MIB = 1 << 24;
    private static final long MIB = 1 << 20;

    private Hosts() {}

    /**
     * Loads a host.
     *
     * @param nameOrPath a built-in name ({@link #names()}) or the path of a host file
     * @throws BoardException if there is no such host or the file breaks a rule
     */
    public static Host load(String nameOrPath) {
        return read(FOLDER.keys(nameOrPath));
    }

    /**
     * The host of a text.
     *
     * @param file what messages call it
     * @throws BoardException if the text breaks a rule
     */
    public static Host parse(String file, String text) {
        return read(new Keys(KIND, file, text));
    }

    /** The text of a host file. */
    public static String text(String nameOrPath) {
        return FOLDER.text(nameOrPath);
    }

    /** Names of the built-in hosts, sorted. */
    public static List<String> names() {
        return FOLDER.names();
    }

    private static Host read(Keys keys) {
        var gpu = new Host.Gpu(mib(keys, "gpu.memory_MiB"),
                keys.real("gpu.memory_GBps", 1, 1e6), keys.real("gpu.fp16_TFLOPS", 0.001, 1e6),
                keys.integer("gpu.memory_percent", 1, 100),
                keys.integer("gpu.flops_percent", 1, 100), keys.real("gpu.launch_ns", 0, 1e9));
        Host host = new Host(keys.text("name"), keys.text("description"), gpu,
                mib(keys, "host.memory_MiB"), keys.real("link_GBps", 0.001, 1e5),
                keys.real("link.latency_ns", 0, 1e9));
        keys.refuseUnread();
        return host;
    }

    private static long mib(Keys keys, String key) {
        return keys.integer(key, 1, MAX_MIB) * MIB;
    }
}
