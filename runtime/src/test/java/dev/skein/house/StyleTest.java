package dev.skein.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the style of the whole repository as a ratchet: the baseline file counts the known
 * violations of each rule, and a count that is higher or lower than its baseline fails. A rule
 * that is not listed has none. Numbers in the baseline may fall, never rise.
 */
class StyleTest {

    private static final String BASELINE = "style-baseline.properties";

    @Test
    void sourcesKeepTheStyle() throws IOException {
        List<Violation> found = new ArrayList<>();
        List<Path> sources = Repository.files(TextStyle::isSource);
        sources.forEach(file -> found.addAll(TextStyle.check(file)));
        found.addAll(JavaStyle.check(javaFiles()));
        found.addAll(SwitchStyle.check(
                javaFiles().stream().filter(SwitchStyle::mayViolate).toList()));
        found.addAll(packagesWithoutInfo());
        assertEquals(baseline(), counts(found), () -> found.stream()
                .map(Violation::toString)
                .collect(Collectors.joining("\n", "style (rule: place: found):\n", "\n")));
    }

    @Test
    void halfOfTheFilesAreShort() {
        int median = TextStyle.medianLines(javaFiles());
        assertTrue(median <= TextStyle.MAX_MEDIAN_LINES, "the median Java file has " + median
                + " lines, allowed are " + TextStyle.MAX_MEDIAN_LINES);
    }

    private static List<Path> javaFiles() {
        return Repository.files(file -> file.toString().endsWith(".java"));
    }

    private static List<Violation> packagesWithoutInfo() {
        return javaFiles().stream()
                .filter(Repository::isMainSource)
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(
                        Repository.root().resolve(folder).resolve("package-info.java")))
                .map(folder -> new Violation("package-info", folder, 0, "no package-info.java"))
                .toList();
    }

    private static Map<String, Long> counts(List<Violation> found) {
        return found.stream().collect(
                Collectors.groupingBy(Violation::rule, TreeMap::new, Collectors.counting()));
    }

    private static Map<String, Long> baseline() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = StyleTest.class.getResourceAsStream(BASELINE)) {
            properties.load(in);
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(
                rule -> rule, rule -> Long.valueOf(properties.getProperty(rule)),
                (a, b) -> a, TreeMap::new));
    }
}
