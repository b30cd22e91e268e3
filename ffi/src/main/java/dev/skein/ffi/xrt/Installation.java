package dev.skein.ffi.xrt;

import dev.skein.ffi.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where XRT lies.
 *
 * @param root what XILINX_XRT is set to: XRT looks for its parts in {@code lib} below it
 * @param library the library with the C API
 * @param own whether the root was made here and goes with it
 */
record Installation(Path root, Path library, boolean own) implements AutoCloseable {
    private static final String LIBRARY = "libxrt_coreutil.so.2";
    private static final Path VENDOR = Path.of("/opt/xilinx/xrt");
    /** Where distributions put it, without a root around it. */
    private static final List<Path> FOLDERS = Stream.of("/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")
            .map(Path::of).toList();

    /** Looks where the environment says, then where the vendor and distributions put it. */
    static Answer<Installation> find(XrtEnvironment environment) {
        Optional<String> named = environment.get(XrtEnvironment.ROOT);
        if (named.isPresent()) {
            Path root = Path.of(named.get());
            Path library = root.resolve("lib").resolve(LIBRARY);
            return Files.isRegularFile(library)
                    ? new Answer.Found<>(new Installation(root, library, false))
                    : new Answer.Missing<>(XrtEnvironment.ROOT + " is " + root + ", where there is"
                            + " no lib/" + LIBRARY + "; source the setup.sh of an XRT from 2.13,"
                            + " or unset it");
        }
        Path vendor = VENDOR.resolve("lib").resolve(LIBRARY);
        if (Files.isRegularFile(vendor)) {
            return new Answer.Found<>(new Installation(VENDOR, vendor, false));
        }
        return FOLDERS.stream().filter(f -> Files.isRegularFile(f.resolve(LIBRARY))).findFirst()
                .map(Installation::rootFor).orElseGet(() -> new Answer.Missing<>("no XRT here: no "
                        + LIBRARY + " in " + VENDOR + "/lib or the system's folders; install the"
                        + " XRT that goes with the card's shell (Debian, for the no-op shim:"
                        + " apt-get install libxrt1), or set " + XrtEnvironment.ROOT));
    }

    /** XRT ends a process whose root is not set: a folder with a link is root enough. */
    private static Answer<Installation> rootFor(Path folder) {
        try {
            Path root = Files.createTempDirectory("skein-xrt");
            root.toFile().deleteOnExit();
            Files.createSymbolicLink(root.resolve("lib"), folder).toFile().deleteOnExit();
            return new Answer.Found<>(new Installation(root, folder.resolve(LIBRARY), true));
        } catch (IOException e) {
            return new Answer.Missing<>("XRT in " + folder + " needs a folder with a link to it,"
                    + " and none can be made: " + e.getMessage() + "; make one and set "
                    + XrtEnvironment.ROOT);
        }
    }

    @Override
    public void close() {
        if (own) {
            // Otherwise both go when this process ends.
            if (root.resolve("lib").toFile().delete()) {
                root.toFile().delete();
            }
        }
    }
}
