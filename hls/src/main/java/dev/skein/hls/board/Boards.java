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

/** Finds board files: built-in ones by name, others by path. */
public final class Boards {
    private static final String SUFFIX = ".properties";
    /** A board file is a page of text; anything larger is something else. */
    private static final int MAX_BYTES = 1 << 20;

    private Boards() {}

    /**
     * Loads a board.
     *
     * @param nameOrPath a built-in name ({@link #names()}), or the path of a board file, which
     *     contains a separator or ends with {@code .properties}
     * @throws BoardException if there is no such board or the file breaks a rule
     */
    public static Board load(String nameOrPath) {
        return parse(isPath(nameOrPath) ? nameOrPath : nameOrPath + SUFFIX, text(nameOrPath));
    }

    /**
     * The board of a text.
     *
     * @param file what messages call it
     * @throws BoardException if the text breaks a rule
     */
    public static Board parse(String file, String text) {
        return BoardReader.read(file, text);
    }

    /**
     * The text of a board file.
     *
     * @param nameOrPath as of {@link #load}
     * @throws BoardException if there is no such board
     */
    public static String text(String nameOrPath) {
        return new String(bytes(nameOrPath), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String nameOrPath) {
        if (isPath(nameOrPath)) {
            return fileBytes(nameOrPath);
        }
        try (InputStream in = Boards.class.getResourceAsStream(nameOrPath + SUFFIX)) {
            if (in == null) {
                throw new BoardException("board '" + nameOrPath + "': not found; built-in boards: "
                        + String.join(", ", names()) + "; or give the path of a board file");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new BoardException("board '" + nameOrPath + "': " + e.getMessage());
        }
    }

    private static boolean isPath(String nameOrPath) {
        return nameOrPath.endsWith(SUFFIX) || nameOrPath.contains("/")
                || nameOrPath.contains("\\");
    }

    private static byte[] fileBytes(String path) {
        try {
            Path file = Path.of(path);
            if (!Files.isRegularFile(file)) {
                throw new BoardException("board file " + path + ": no such file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new BoardException("board file " + path + ": " + Files.size(file)
                        + " bytes; at most " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new BoardException("board file " + path + ": " + e.getMessage());
        }
    }

    /** Names of the built-in boards, sorted. */
    public static List<String> names() {
        URL here = Boards.class.getResource("u280" + SUFFIX);
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
            throw new BoardException("built-in boards: " + e.getMessage());
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(SUFFIX))
                    .map(n -> n.substring(0, n.length() - SUFFIX.length())).sorted().toList();
        }
    }
}
