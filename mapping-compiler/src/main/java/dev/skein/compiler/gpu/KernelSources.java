package dev.skein.compiler.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The kernels of plans, in OpenCL C 1.2 without extensions: a file for each class. */
public final class KernelSources {
    private static final List<String> FILES = List.of("numbers.cl", "elements.cl",
            "products.cl", "dense.cl", "strips.cl", "rows.cl", "attention.cl",
            "heads.cl", "sampling.cl");

    /** What the fast mode adds; it uses helpers and small kernels of the others. */
    private static final List<String> FAST_FILES = List.of("fast_products.cl", "fast_strips.cl",
            "fast_attention.cl");

    /** What the device's compiler has to be told for exact results. */
    public static final List<String> OPTIONS =
            List.of("-cl-std=CL1.2", "-cl-fp32-correctly-rounded-divide-sqrt");

    private KernelSources() {
    }

    /** All kernels of the exact mode as one source. */
    public static String all() {
        return FILES.stream().map(KernelSources::read).collect(Collectors.joining("\n"));
    }

    /** All kernels that plans of a mode need, as one source. */
    public static String of(Precision precision) {
        return switch (precision) {
            case EXACT -> all();
            case FAST, FAST_INT8 -> all() + "\n" + FAST_FILES.stream().map(KernelSources::read)
                    .collect(Collectors.joining("\n"));
        };
    }

    /** What the device's compiler has to be told; the fast mode needs no exact division. */
    public static List<String> options(Precision precision) {
        return switch (precision) {
            case EXACT -> OPTIONS;
            case FAST, FAST_INT8 -> List.of("-cl-std=CL1.2");
        };
    }

    static String read(String file) {
        try (InputStream in = KernelSources.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
