package dev.skein.hls.vitis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sources of the kernels and of their build, as they were when this program was built. */
final class Sources {
    private static final String ROOT = "/dev/skein/hls/source/";
    private static final String CPP = "cpp/";
    private static final String RTL = "rtl/";
    private static final String VITIS = "vitis/";
    private static final String ANCHOR = VITIS + "Makefile";

    private Sources() {}

    /** Path in a build folder to text. */
    static SortedMap<String, String> inBuildFolder() {
        var out = new TreeMap<String, String>();
        all().forEach((path, text) -> {
            if (path.startsWith(CPP) || path.startsWith(RTL)) {
                out.put("src/" + path, text);
            } else if (path.startsWith(VITIS)) {
                out.put(path.substring(VITIS.length()), text);
            }
        });
        return out;
    }

    private static Map<String, String> all() {
        URL anchor = Sources.class.getResource(ROOT + ANCHOR);
        if (anchor == null) {
            throw new IllegalStateException("this build of Skein has no kernel sources");
        }
        try {
            URI uri = anchor.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return under(Path.of(uri).getParent().getParent());
            }
            String[] jarAndEntry = uri.getRawSchemeSpecificPart().split("!", 2);
            Path file = Path.of(new URI(jarAndEntry[0]));
            try (FileSystem jar = FileSystems.newFileSystem(file, Map.of())) {
                return under(jar.getPath(ROOT));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("kernel sources: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> under(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        var out = new TreeMap<String, String>();
        for (Path file : files) {
            out.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        }
        return out;
    }
}
