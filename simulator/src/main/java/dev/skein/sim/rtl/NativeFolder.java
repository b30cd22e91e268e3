package dev.skein.sim.rtl;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build leaves shared libraries: {@code hls/target/native} of this checkout. */
final class NativeFolder {
    /** System property that names another folder. */
    static final String PROPERTY = "skein.native";

    private NativeFolder() {
    }

    /** The folder; it need not exist. */
    static Path path() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        try {
            Path code = Path.of(NativeFolder.class.getProtectionDomain().getCodeSource()
                    .getLocation().toURI());
            for (Path at = code; at != null; at = at.getParent()) {
                if (Files.isDirectory(at.resolve("hls"))) {
                    return at.resolve("hls/target/native");
                }
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the classes come from no file", e);
        }
        return Path.of("hls/target/native").toAbsolutePath();
    }
}
