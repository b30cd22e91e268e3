package dev.skein.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The checkout the tests run in. Build output and generated sources are no part of it. */
final class Repository {

    static final List<String> MODULES =
            List.of("hls", "ffi", "mapping-compiler", "simulator", "runtime");

    private static final Set<String> SKIPPED_FOLDERS =
            Set.of("target", "generated", ".git", ".idea", ".vscode", "__pycache__");

    private static final Path ROOT = findRoot();

    private Repository() {}

    static Path root() {
        return ROOT;
    }

    /** Every regular file whose path from the root the filter accepts, in path order. */
    static List<Path> files(Predicate<Path> filter) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs) {
                    return SKIPPED_FOLDERS.contains(dir.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attrs) {
                    Path relative = ROOT.relativize(file);
                    if (attrs.isRegularFile() && filter.test(relative)) {
                        found.add(relative);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Collections.sort(found);
        return found;
    }

    static String read(Path relative) {
        try {
            return Files.readString(ROOT.resolve(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(relative + " is no UTF-8 text", e);
        }
    }

    /** True for the sources that ship, false for tests and their data. */
    static boolean isMainSource(Path relative) {
        return relative.getNameCount() > 3
                && relative.getName(1).toString().equals("src")
                && relative.getName(2).toString().equals("main");
    }

    private static Path findRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("mapping-compiler"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests do not run inside a checkout: "
                        + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
