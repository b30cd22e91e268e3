package dev.skein.ffi.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** An installation of XRT's stand-in, compiled here. */
record FakeXrt(Path root) {

    static FakeXrt build(Path folder) throws IOException, InterruptedException {
        assumeTrue(Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(f -> Files.isExecutable(Path.of(f, "cc"))), "cc is not installed");
        Path lib = Files.createDirectories(folder.resolve("lib"));
        Process cc = new ProcessBuilder("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1",
                "-fPIC", "-shared", "-o", lib.resolve("libxrt_coreutil.so.2").toString(),
                "src/test/c/xrt.c").inheritIO().start();
        assertEquals(0, cc.waitFor(), "cc");
        return new FakeXrt(folder);
    }

    /** The environment of it, from now on failing as named. */
    XrtEnvironment environment(String failure) throws IOException {
        Files.writeString(root.resolve("failure"), failure);
        Files.deleteIfExists(root.resolve("bytes"));
        return new XrtEnvironment(Map.of(XrtEnvironment.ROOT, root.toString()));
    }
}
