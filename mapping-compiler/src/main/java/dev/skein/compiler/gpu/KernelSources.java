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

    /** What the device's compiler has to be told. */
    public static final List<String> OPTIONS =
            List.of("-cl-std=CL1.2", "-cl-fp32-correctly-rounded-divide-sqrt");

    private KernelSources() {
    }

    /** All of them as one source. */
    public static String all() {
        return FILES.stream().map(KernelSources::read).collect(Collectors.joining("\n"));
    }

    static String read(String file) {
        try (InputStream in = KernelSources.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
