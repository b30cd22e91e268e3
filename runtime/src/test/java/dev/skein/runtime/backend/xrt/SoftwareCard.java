package dev.skein.runtime.backend.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.ffi.xrt.XrtEnvironment;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.runtime.vitis.StandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A U280 in software behind the C API of XRT: the stand-in of the tests of {@code ffi}, alone or
 * with compute units that are the HLS kernels in C-simulation. It is what XRT is in this JVM while
 * it is open.
 *
 * @param root installation of the stand-in
 * @param xclbin a container that it takes
 */
public record SoftwareCard(Path root, Path xclbin) implements AutoCloseable {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    /** Builds it; without a compiler the test is skipped, in CI it fails. */
    public static SoftwareCard open(Path root, boolean computes)
            throws IOException, InterruptedException {
        boolean present = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(p -> Files.isExecutable(Path.of(p, "g++")));
        assertTrue(present || !"true".equals(System.getenv("CI")), "CI needs g++");
        assumeTrue(present, "g++ is not installed");
        Path lib = Files.createDirectories(root.resolve("lib"));
        Path api = root.resolve("xrt.o");
        run("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-c", "-o",
                api.toString(), REPOSITORY.resolve("ffi/src/test/c/xrt.c").toString());
        var link = new ArrayList<>(List.of("g++", "-shared", "-o",
                lib.resolve("libxrt_coreutil.so.2").toString(), api.toString()));
        if (computes) {
            run(REPOSITORY.resolve("hls/src/main/cpp/build").toString(), "library");
            Path kernels = REPOSITORY.resolve("hls/target/native");
            link.addAll(List.of("-std=c++14", "-Wall", "-Wextra", "-Werror",
                    "-Wno-unknown-pragmas", "-Wno-unused-label", "-O2", "-fPIC",
                    "-I" + REPOSITORY.resolve("hls/src/main/cpp"),
                    "-I" + REPOSITORY.resolve("ffi/src/test/c"), "src/test/cpp/kernels.cpp",
                    "-L" + kernels, "-lskein_hls", "-Wl,-rpath," + kernels));
        }
        run(link.toArray(String[]::new));
        Board board = Boards.load("u280");
        Path xclbin = Files.write(root.resolve("skein.xclbin"),
                StandIn.bytes(board, Connectivity.of(board)));
        System.setProperty(XrtEnvironment.ROOT_PROPERTY, root.toString());
        return new SoftwareCard(root, xclbin);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    /** From now on fails as named; empty: as it should. */
    public void fail(String how) throws IOException {
        Files.writeString(root.resolve("failure"), how);
    }

    /** From now on a failure is one of this card alone; empty: of all. */
    public void failing(String card) throws IOException {
        Files.writeString(root.resolve("failing"), card);
    }

    /** From now on there are so many cards like it. */
    public void cards(int count) throws IOException {
        Files.writeString(root.resolve("cards"), String.valueOf(count));
    }

    /** From now on has so much memory, bytes; empty: plenty. */
    public void has(String bytes) throws IOException {
        Files.writeString(root.resolve("bytes"), bytes);
    }

    @Override
    public void close() {
        System.clearProperty(XrtEnvironment.ROOT_PROPERTY);
    }
}
