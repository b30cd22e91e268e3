package dev.skein.house;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Markdown page promises: links, code in backticks, headings and lines of code blocks.
 *
 * @param file path from the root of the repository
 * @param links targets of links that stay in the repository
 * @param code texts in backticks outside code blocks
 * @param anchors headings in the form links use, for example {@code #the-artifact}
 * @param blockLines lines inside fenced code blocks
 */
public record Markdown(
        Path file,
        List<String> links,
        List<String> code,
        List<String> anchors,
        List<String> blockLines) {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    static Markdown parse(Path file) {
        Markdown page = new Markdown(file, new ArrayList<>(), new ArrayList<>(),
                new ArrayList<>(), new ArrayList<>());
        boolean inBlock = false;
        for (String line : Repository.read(file).lines().toList()) {
            if (line.stripLeading().startsWith("```")) {
                inBlock = !inBlock;
            } else if (inBlock) {
                page.blockLines.add(line.strip());
            } else {
                page.addProse(line);
            }
        }
        return page;
    }

    /** Every page of the repository that a reader may be sent to. */
    public static List<Markdown> pages() {
        return Repository.files(file -> file.toString().endsWith(".md")).stream()
                .map(Markdown::parse)
                .toList();
    }

    private void addProse(String line) {
        if (line.startsWith("#")) {
            anchors.add(anchor(line.replaceFirst("^#+\\s*", "")));
        }
        Matcher codes = CODE.matcher(line);
        while (codes.find()) {
            code.add(codes.group(1).strip());
        }
        Matcher targets = LINK.matcher(line);
        while (targets.find()) {
            if (!targets.group(1).matches("[a-z]+:.*")) {
                links.add(targets.group(1));
            }
        }
    }

    private static String anchor(String heading) {
        return "#" + heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
