package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.compiler.gpu.CudaSources;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The stand-in for CUDA's driver with all kernels, compiled for the processor once in a JVM: it
 * takes the place of the driver for as long as the JVM lives.
 */
public final class StandIn {
    private static final Path SOURCES = Path.of("../ffi/src/test/cpp").toAbsolutePath();
    private static final Pattern KERNEL =
            Pattern.compile("__attribute__\\(\\(used\\)\\) void (\\w+)");
    private static boolean ready;

    private StandIn() {
    }

    /** Takes the driver's place; a test is skipped where there is no g++. */
    public static synchronized void use() throws IOException, InterruptedException {
        if (ready) {
            return;
        }
        Path folder = Files.createTempDirectory(Files.createDirectories(
                Path.of("target").toAbsolutePath()), "cuda");
        Path kernels = folder.resolve("kernels.inc");
        String source = CudaSources.of(KernelSources.of(Precision.FAST)
                + "\n" + DeviceSpeed.source());
        Files.writeString(kernels, source);
        String expanded = run("-x", "c++", "-std=c++17", "-E", "-P", "-include",
                SOURCES.resolve("cuda_threads.h").toString(), kernels.toString());
        var names = new TreeSet<String>();
        KERNEL.matcher(expanded).results().forEach(m -> names.add(m.group(1)));
        var table = new StringBuilder("\n#define TABLE");
        names.forEach(name -> table.append(" \\\n  ENTRY(").append(name).append(')'));
        Files.writeString(kernels, source + table + "\n");
        Path library = folder.resolve("libfakecuda.so");
        run("-std=c++17", "-O2", "-march=native", "-ffp-contract=off", "-fPIC", "-shared",
                "-Wl,-soname,libcuda.so.1",
                "-Wno-unknown-pragmas", "-Wno-psabi", "-DKERNELS=\"" + kernels + "\"", "-o",
                library.toString(), SOURCES.resolve("fake_cuda.cpp").toString());
        // any text of PTX: the stand-in has the kernels
        Path ptx = Files.writeString(folder.resolve("skein.ptx"), ".version 8.0\n");
        System.setProperty("skein.cuda.library", library.toString());
        System.setProperty(CudaCompiler.PROPERTY, ptx.toString());
        ready = true;
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("g++", ".log");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        } catch (IOException e) {
            assertNotEquals("true", System.getenv("CI"), "CI needs g++: " + e.getMessage());
            return abort("no g++ here: " + e.getMessage());
        }
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), Files.readString(errors));
        Files.delete(errors);
        return out;
    }
}
