package dev.skein.hls.isa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes the files that are generated from the instruction table; run from the repository. */
public final class IsaGenerator {
    private static final String HEADER = "hls/src/main/cpp/isa.h";
    private static final String DOC = "docs/isa.md";

    private IsaGenerator() {}

    /** Path from the root of the repository to text, of each generated file. */
    public static Map<String, String> files() {
        var out = new TreeMap<String, String>();
        out.put(HEADER, IsaHeader.text());
        out.put(DOC, IsaDoc.text());
        return out;
    }

    /**
     * The root of the repository around a folder.
     *
     * @throws IOException if no parent has {@value #HEADER}
     */
    static Path root(Path from) throws IOException {
        for (Path p = from.toAbsolutePath(); p != null; p = p.getParent()) {
            if (Files.exists(p.resolve(HEADER))) {
                return p;
            }
        }
        throw new IOException(from.toAbsolutePath() + " is not inside a repository with " + HEADER);
    }

    /**
     * Writes all files.
     *
     * @param args nothing, or the root of the repository
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : root(Path.of(""));
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
