package dev.skein.compiler.frontend.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The synthetic reports. */
public final class Samples {
    /** Their names. */
    public static final List<String> NAMES =
            List.of("csynth.xml", "hierarchy.rpt", "slr.rpt", "timing.rpt");

    private Samples() {}

    /** The text of a sample. */
    public static String text(String name) throws IOException {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static SynthesisReport read(String name) throws IOException {
        return parse(name, text(name));
    }

    static SynthesisReport parse(String name, String text) {
        return ReportReader.parse(name, text.getBytes(StandardCharsets.UTF_8),
                ReportLimits.DEFAULT);
    }
}
