package dev.skein.runtime.backend.cuda;

import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.Answer;
import dev.skein.ffi.cuda.Nvrtc;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * CUDA C++ to PTX. A file of PTX that was made elsewhere is taken as it is where {@link #PROPERTY}
 * names one; else that which Skein ships, if it was made of this very source; else NVRTC compiles
 * where it is installed, or {@code nvcc} on the path.
 */
final class CudaCompiler {
    /** Names a file of PTX to be loaded in place of what a compiler here would make. */
    static final String PROPERTY = "skein.cuda.ptx";

    /** {@code true} has a compiler asked even where Skein ships what it would make. */
    static final String COMPILE = "skein.cuda.compile";

    /** Nothing is fused, flushed or approximated: the numeric contract. */
    private static final List<String> EXACT =
            List.of("-fmad=false", "-prec-div=true", "-prec-sqrt=true", "-ftz=false");

    /** A driver compiles it for any GPU from the A100 on. */
    private static final String ARCHITECTURE = "compute_80";

    /** What drivers of CUDA 12.0 read; nothing newer is used, which compilers do not know. */
    private static final String VERSION = ".version 8.0";
    private static final Pattern NEWER = Pattern.compile("(?m)^\\.version (8\\.[1-9]|9)\\S*");

    private CudaCompiler() {
    }

    /**
     * The PTX of a source.
     *
     * @throws DeviceException if nothing here compiles it
     */
    static String ptx(String source, Precision precision) {
        String file = System.getProperty(PROPERTY);
        if (file != null) {
            return read(Path.of(file));
        }
        if (!Boolean.getBoolean(COMPILE)) {
            Optional<String> shipped = ShippedPtx.of(source, precision);
            if (shipped.isPresent()) {
                return shipped.get();
            }
        }
        return compiled(source, precision);
    }

    /**
     * The PTX that a compiler here makes of a source.
     *
     * @throws DeviceException if there is none, or it does not compile it
     */
    static String compiled(String source, Precision precision) {
        String compiled = switch (Nvrtc.open()) {
            case Answer.Found<Nvrtc>(Nvrtc nvrtc) -> nvrtc
                    .compile("skein.cu", source,
                            options("--gpu-architecture=", "--std=c++17", precision))
                    .orElseThrow(DeviceException::new);
            case Answer.Missing<Nvrtc>(String reason) -> nvcc(source, precision).orElseThrow(() ->
                    new DeviceException(reason + ", or put nvcc on the path"));
        };
        return NEWER.matcher(compiled).replaceFirst(VERSION);
    }

    /** All that PTX follows from beside the source, but for the compiler. */
    static String options(Precision precision) {
        return String.join(" ", options("-arch=", "-std=c++17", precision));
    }

    /** The fast mode leaves what may be fused to the compiler; divisions stay as they are. */
    private static List<String> options(String architecture, String standard,
            Precision precision) {
        var all = new ArrayList<>(List.of(architecture + ARCHITECTURE, standard));
        if (precision.isExact()) {
            all.addAll(EXACT);
        }
        return all;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new DeviceException("PTX of " + PROPERTY + "=" + file + " cannot be read: " + e,
                    e);
        }
    }

    /** The same by {@code nvcc} alone; nothing where there is none. */
    static Optional<String> byNvcc(String source, Precision precision) {
        return nvcc(source, precision).map(ptx -> NEWER.matcher(ptx).replaceFirst(VERSION));
    }

    private static Optional<String> nvcc(String source, Precision precision) {
        try {
            Path folder = Files.createTempDirectory("skein-cuda");
            Path text = folder.resolve("skein.cu");
            Path ptx = folder.resolve("skein.ptx");
            try {
                Files.writeString(text, source);
                return run(text, ptx, precision);
            } finally {
                Files.deleteIfExists(ptx);
                Files.deleteIfExists(text);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new DeviceException("nvcc cannot be run: " + e, e);
        }
    }

    private static Optional<String> run(Path text, Path ptx, Precision precision)
            throws IOException {
        var command = new ArrayList<>(List.of("nvcc", "-ptx"));
        command.addAll(options("-arch=", "-std=c++17", precision));
        command.addAll(List.of("-o", ptx.toString(), text.toString()));
        Process nvcc;
        try {
            nvcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Optional.empty();
        }
        String said = new String(nvcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (nvcc.waitFor() != 0) {
                throw new DeviceException("nvcc does not compile the kernels: " + said.lines()
                        .filter(l -> l.contains("error")).findFirst().orElse("it left no message"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted while nvcc ran", e);
        }
        return Optional.of(Files.readString(ptx, StandardCharsets.US_ASCII));
    }
}
