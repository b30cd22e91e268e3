package dev.skein.compiler.frontend.report;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a report of any kind; the content says which it is, not the file's name. */
public final class ReportReader {
    private static final String REMEDY = "write the report again, 'make reports' has the commands";

    private ReportReader() {}

    /**
     * Reads a file.
     *
     * @throws FormatException if it breaks a rule
     * @throws IOException if it cannot be read
     */
    public static SynthesisReport read(Path file) throws IOException {
        return read(file, ReportLimits.DEFAULT);
    }

    /** As {@link #read(Path)} with other limits. */
    public static SynthesisReport read(Path file, ReportLimits limits) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw error(file.toString(), "file", "a folder, a device or a pipe",
                    "a regular file is needed");
        }
        requireSize(file.toString(), Files.size(file), limits);
        try (InputStream in = Files.newInputStream(file)) {
            // It may grow while it is read: never more than the limit and one byte.
            return parse(file.toString(), in.readNBytes(limits.bytes() + 1), limits);
        }
    }

    /**
     * Reads bytes.
     *
     * @param file named in messages
     * @throws FormatException if they break a rule
     */
    public static SynthesisReport parse(String file, byte[] bytes, ReportLimits limits) {
        requireSize(file, bytes.length, limits);
        String text = utf8(file, bytes);
        if (text.stripLeading().startsWith("<")) {
            return CsynthReport.parse(file, text, limits);
        }
        ReportText lines = ReportText.of(file, text, limits);
        if (lines.find(HierarchyReport.TITLE) >= 0) {
            return HierarchyReport.parse(lines);
        }
        if (lines.find(SlrReport.TITLE) >= 0) {
            return SlrReport.parse(lines);
        }
        if (lines.find(TimingReport.TITLE) >= 0) {
            return TimingReport.parse(lines);
        }
        throw error(file, "kind of report", "none of their headings", "it is csynth.xml, or text of"
                + " report_utilization -hierarchical, report_utilization -slr or"
                + " report_timing_summary");
    }

    private static void requireSize(String file, long bytes, ReportLimits limits) {
        if (bytes > limits.bytes()) {
            throw error(file, "size", bytes + " bytes", "a report has at most " + limits.bytes());
        }
    }

    private static String utf8(String file, byte[] bytes) {
        try {
            // A decoder made by newDecoder reports what is not UTF-8.
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw error(file, "text", "bytes that are not UTF-8", "a report is text in UTF-8");
        }
    }

    static FormatException error(String file, String field, Object found, String rule) {
        return new FormatException(file, FormatException.NO_OFFSET, field, found, rule, REMEDY);
    }
}
