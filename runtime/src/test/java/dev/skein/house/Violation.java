package dev.skein.house;

import java.nio.file.Path;

/**
 * One place that breaks one rule.
 *
 * @param rule the rule's name, the key of the baseline file
 * @param file path from the root of the repository
 * @param line 1-based; 0 when the rule is about the whole file
 * @param found what stands there
 */
record Violation(String rule, Path file, long line, String found) {

    @Override
    public String toString() {
        return rule + ": " + file + (line > 0 ? ":" + line : "") + ": " + found;
    }
}
