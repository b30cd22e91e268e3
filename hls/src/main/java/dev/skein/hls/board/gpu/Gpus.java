package dev.skein.hls.board.gpu;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.DataFolder;
import dev.skein.hls.board.Keys;
import java.util.List;
import java.util.OptionalDouble;

/** Finds GPU files: built-in ones by name, others by path. */
public final class Gpus {
    private static final Keys.Kind KIND = new Keys.Kind("GPU", Gpus.class, "a6000", "reach",
            List.of("gpu"));
    private static final DataFolder FOLDER = new DataFolder(KIND);
    private static final int MAX_MIB = 1 << 24;
    private static final long MIB = 1 << 20;
    private static final double MAX_TERA = 1e6;
    private static final double MAX_NANOS = 1e9;

    private Gpus() {}

    /**
     * Loads a GPU.
     *
     * @param nameOrPath a built-in name ({@link #names()}) or the path of a GPU file
     * @throws BoardException if there is no such GPU or the file breaks a rule
     */
    public static Gpu load(String nameOrPath) {
        return read(FOLDER.keys(nameOrPath));
    }

    /**
     * A GPU as other kernels use it.
     *
     * @param reach the name of a file in the folder {@code reach}, in place of the GPU's own
     * @throws BoardException if there is no such GPU or file, or either breaks a rule
     */
    public static Gpu load(String nameOrPath, String reach) {
        return parse(FOLDER.file(nameOrPath), text(nameOrPath)
                .replaceFirst("(?m)^gpu\\.reach=.*$", "gpu.reach=" + reach));
    }

    /**
     * The GPU of a text.
     *
     * @param file what messages call it
     * @throws BoardException if the text breaks a rule
     */
    public static Gpu parse(String file, String text) {
        return read(new Keys(KIND, file, text));
    }

    /** The text of a GPU file. */
    public static String text(String nameOrPath) {
        return FOLDER.text(nameOrPath);
    }

    /** Names of the built-in GPUs, sorted. */
    public static List<String> names() {
        return FOLDER.names();
    }

    private static Gpu read(Keys keys) {
        var peaks = new Gpu.Peaks(keys.real("gpu.fp16_TFLOPS", 0.001, MAX_TERA),
                keys.real("gpu.int8_TOPS", 0, MAX_TERA),
                keys.real("gpu.int32_TOPS", 0.001, MAX_TERA));
        var reach = new Gpu.Reach(percent(keys, "gpu.memory_percent"),
                percent(keys, "gpu.memory8_percent"), percent(keys, "gpu.memory4_percent"),
                percent(keys, "gpu.sparse_percent"), percent(keys, "gpu.attention_percent"),
                percent(keys, "gpu.matrix_percent"), percent(keys, "gpu.prefill_percent"),
                percent(keys, "gpu.vector_percent"));
        OptionalDouble price = keys.has("price_USD")
                ? OptionalDouble.of(keys.real("price_USD", 1, 1e9)) : OptionalDouble.empty();
        Gpu gpu = new Gpu(keys.text("name"), keys.text("description"),
                mib(keys, "gpu.memory_MiB"), keys.real("gpu.memory_GBps", 1, 1e6), peaks, reach,
                new Gpu.Overhead(keys.real("gpu.launch_ns", 0, MAX_NANOS),
                        keys.real("gpu.kernel_ns", 0, MAX_NANOS)), mib(keys, "gpu.context_MiB"),
                keys.real("power_W", 1, 1e6), price);
        if (gpu.contextBytes() >= gpu.memoryBytes()) {
            throw keys.bad("gpu.context_MiB", keys.text("gpu.context_MiB"),
                    "less than gpu.memory_MiB");
        }
        keys.refuseUnread();
        return gpu;
    }

    private static double percent(Keys keys, String key) {
        return keys.real(key, 0.01, 100);
    }

    private static long mib(Keys keys, String key) {
        return keys.integer(key, 1, MAX_MIB) * MIB;
    }
}
