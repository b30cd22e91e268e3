package dev.skein.hls.board;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds data files of one kind: built-in ones by name, others by path. */
public final class DataFolder {
    static final String SUFFIX = ".properties";
    /** A data file is a page of text; anything larger is something else. */
    private static final int MAX_BYTES = 1 << 20;

    private final Keys.Kind kind;

    /** Files of a kind. */
    public DataFolder(Keys.Kind kind) {
        this.kind = kind;
    }

    /** What messages call the file. */
    public String file(String nameOrPath) {
        return isPath(nameOrPath) ? nameOrPath : nameOrPath + SUFFIX;
    }

    /** Reads the pairs of a file. */
    public Keys keys(String nameOrPath) {
        return new Keys(kind, file(nameOrPath), text(nameOrPath));
    }

    /**
     * The text of a file.
     *
     * @param nameOrPath a built-in name ({@link #names()}), or a path, which contains a separator
     *     or ends with {@code .properties}
     * @throws BoardException if there is no such file
     */
    public String text(String nameOrPath) {
        return new String(bytes(nameOrPath), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String nameOrPath) {
        if (isPath(nameOrPath)) {
            return fileBytes(nameOrPath);
        }
        try (InputStream in = kind.home().getResourceAsStream(nameOrPath + SUFFIX)) {
            if (in == null) {
                throw new BoardException(kind.word() + " '" + nameOrPath
                        + "': not found; built-in " + kind.word() + "s: "
                        + String.join(", ", names())
                        + "; or give the path of a " + kind.word() + " file");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new BoardException(kind.word() + " '" + nameOrPath + "': " + e.getMessage());
        }
    }

    private static boolean isPath(String nameOrPath) {
        return nameOrPath.endsWith(SUFFIX) || nameOrPath.contains("/")
                || nameOrPath.contains("\\");
    }

    private byte[] fileBytes(String path) {
        try {
            Path file = Path.of(path);
            if (!Files.isRegularFile(file)) {
                throw new BoardException(kind.word() + " file " + path + ": no such file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new BoardException(kind.word() + " file " + path + ": " + Files.size(file)
                        + " bytes; at most " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new BoardException(kind.word() + " file " + path + ": " + e.getMessage());
        }
    }

    /** Names of the built-in files, sorted. */
    public List<String> names() {
        URL here = kind.home().getResource(kind.example() + SUFFIX);
        if (here == null) {
            return List.of();
        }
        try {
            URI uri = here.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return names(Path.of(uri).getParent());
            }
            String[] jarAndEntry = uri.getRawSchemeSpecificPart().split("!", 2);
            Path file = Path.of(new URI(jarAndEntry[0]));
            try (FileSystem jar = FileSystems.newFileSystem(file, Map.of())) {
                return names(jar.getPath(jarAndEntry[1]).getParent());
            }
        } catch (URISyntaxException | IOException e) {
            throw new BoardException("built-in " + kind.word() + "s: " + e.getMessage());
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(SUFFIX))
                    .map(n -> n.substring(0, n.length() - SUFFIX.length())).sorted().toList();
        }
    }
}
