package dev.skein.house;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules that need no parser: length, width, tabs, left-overs. */
final class TextStyle {

    static final int MAX_FILE_LINES = 700;
    static final int MAX_MEDIAN_LINES = 150;
    static final int MAX_COLUMNS = 100;

    private static final Set<String> EXTENSIONS =
            Set.of("java", "cpp", "hpp", "h", "c", "cl", "cu", "sv", "v", "sh", "py");
    private static final Set<String> SCRIPTS = Set.of("skein", "test", ".ci/run");

    // Written in pieces so that this file does not break its own rules.
    private static final Pattern LEFT_OVER =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|not imple" + "mented");
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.])/(work|fa" + "rm|root|home/\\w+)/");

    private TextStyle() {}

    static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return SCRIPTS.contains(file.toString())
                || EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    static List<Violation> check(Path file) {
        List<Violation> found = new ArrayList<>();
        List<String> lines = Repository.read(file).lines().toList();
        if (lines.size() > MAX_FILE_LINES) {
            found.add(new Violation("file-lines", file, 0, lines.size() + " lines"));
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int columns = line.codePointCount(0, line.length());
            // an import cannot be broken
            if (columns > MAX_COLUMNS && !line.startsWith("import ")) {
                found.add(new Violation("line-columns", file, i + 1, columns + " columns"));
            }
            if (line.indexOf('\t') >= 0) {
                found.add(new Violation("tab", file, i + 1, line.strip()));
            }
            if (!line.isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1))) {
                found.add(new Violation("trailing-space", file, i + 1, line.strip()));
            }
            match("left-over", LEFT_OVER, file, i + 1, line, found);
            match("machine-path", MACHINE_PATH, file, i + 1, line, found);
        }
        return found;
    }

    /** Half of the Java files are no longer than this. */
    static int medianLines(List<Path> javaFiles) {
        List<Integer> lengths = javaFiles.stream()
                .map(file -> (int) Repository.read(file).lines().count())
                .sorted()
                .toList();
        return lengths.get(lengths.size() / 2);
    }

    private static void match(
            String rule, Pattern pattern, Path file, int line, String text, List<Violation> to) {
        Matcher matcher = pattern.matcher(text);
        if (matcher.find()) {
            to.add(new Violation(rule, file, line, matcher.group()));
        }
    }
}
