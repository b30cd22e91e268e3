package dev.skein.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every link, path and type that a page of the documentation names exists. */
class DocsTest {

    private static final Pattern JAVA_NAME = Pattern.compile("dev\\.skein(\\.\\w+)*(\\(\\))?");
    private static final Pattern PATH = Pattern.compile("(\\./)?[\\w.*{},-]+(/[\\w.*{},-]+)*/?");
    private static final Set<String> TOP = Stream.concat(Repository.MODULES.stream(),
            Stream.of("docs", "src", ".ci")).collect(Collectors.toSet());

    private static final Set<String> KNOWN = known();

    @Test
    void thereIsDocumentation() {
        assertTrue(Markdown.pages().stream().anyMatch(p -> p.file().startsWith("docs")));
        assertTrue(Files.exists(Repository.root().resolve("README.md")));
    }

    @Test
    void linksResolve() {
        List<String> broken = new ArrayList<>();
        for (Markdown page : Markdown.pages()) {
            page.links().stream()
                    .filter(link -> !resolves(page, link))
                    .forEach(link -> broken.add(page.file() + ": " + link));
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void pathsExist() {
        List<String> missing = new ArrayList<>();
        for (Markdown page : Markdown.pages()) {
            page.code().stream()
                    .filter(DocsTest::namesRepositoryPath)
                    .filter(path -> !exists(path))
                    .forEach(path -> missing.add(page.file() + ": " + path));
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void typesAndPackagesExist() {
        List<String> missing = new ArrayList<>();
        for (Markdown page : Markdown.pages()) {
            page.code().stream()
                    .filter(code -> JAVA_NAME.matcher(code).matches())
                    .filter(name -> !isJavaName(name))
                    .forEach(name -> missing.add(page.file() + ": " + name));
        }
        assertEquals(List.of(), missing);
    }

    private static boolean resolves(Markdown page, String link) {
        int hash = link.indexOf('#');
        String target = hash < 0 ? link : link.substring(0, hash);
        Path folder = Repository.root().resolve(page.file()).getParent();
        Path file = target.isEmpty()
                ? Repository.root().resolve(page.file())
                : folder.resolve(target).normalize();
        if (!Files.exists(file) || !file.startsWith(Repository.root())) {
            return false;
        }
        return hash < 0 || Markdown.parse(Repository.root().relativize(file))
                .anchors().contains(link.substring(hash));
    }

    /** A text with a slash whose first name is one of the repository's folders. */
    private static boolean namesRepositoryPath(String code) {
        String first = code.replaceFirst("^\\./", "");
        return PATH.matcher(code).matches()
                && first.indexOf('/') > 0
                && TOP.contains(first.substring(0, first.indexOf('/')))
                && !first.contains("/target");
    }

    /**
     * Paths are from the root, or from a module's root ({@code src/main/cpp}); globs match. A name
     * in capitals stands for any, and so ends what is looked at ({@code crashers/TARGET/seed}).
     */
    private static boolean exists(String code) {
        String path = code.replaceFirst("^\\./", "")
                .replaceFirst("/[A-Z]{2,}(/.*)?$", "")
                .replaceFirst("/$", "");
        FileSystem files = FileSystems.getDefault();
        PathMatcher fromRoot = files.getPathMatcher("glob:" + path);
        PathMatcher fromModule = files.getPathMatcher("glob:*/" + path);
        return KNOWN.stream().map(Path::of)
                .anyMatch(file -> fromRoot.matches(file) || fromModule.matches(file));
    }

    /** A package, or a type, or a type and names its source mentions. */
    private static boolean isJavaName(String name) {
        List<String> parts = List.of(name.replace("()", "").split("\\."));
        int type = 0;
        while (type < parts.size() && !Character.isUpperCase(parts.get(type).charAt(0))) {
            type++;
        }
        if (type == parts.size()) {
            return javaPath(String.join("/", parts)).findAny().isPresent();
        }
        List<String> members = parts.subList(type + 1, parts.size());
        return javaPath(String.join("/", parts.subList(0, type + 1)) + ".java")
                .anyMatch(file -> members.stream().allMatch(member -> Pattern
                        .compile("\\b" + member + "\\b").matcher(Repository.read(file)).find()));
    }

    private static Stream<Path> javaPath(String suffix) {
        return KNOWN.stream()
                .filter(path -> path.endsWith("/java/" + suffix))
                .map(Path::of);
    }

    private static Set<String> known() {
        return Repository.files(file -> true).stream()
                .flatMap(file -> Stream.iterate(file, f -> f != null, Path::getParent))
                .map(Path::toString)
                .collect(Collectors.toSet());
    }
}
