package dev.skein.runtime.cli;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.suite.DecodeSuite;
import dev.skein.runtime.suite.SuiteOptions;
import dev.skein.runtime.suite.SuitePart;
import dev.skein.runtime.suite.SuiteScale;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of a suite of {@code skein bench}. */
final class SuiteChoice {
    /** Suites. */
    enum Suite {
        /** All that decoding on a GPU is judged by. */
        DECODE;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Option(names = "--suite", paramLabel = "SUITE",
            description = "Measure all that a device is judged by: ${COMPLETION-CANDIDATES}. For"
                + " --device opencl or cuda.")
    private Suite suite;

    @Option(names = "--scale", paramLabel = "SCALE", defaultValue = "full",
            description = "Of a suite: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, which"
                + " needs about 6 GB on the device).")
    private SuiteScale scale;

    @Option(names = "--parts", paramLabel = "PART", split = ",",
            description = "Parts of a suite, separated by commas: ${COMPLETION-CANDIDATES}"
                + " (default: all).")
    private List<SuitePart> parts = List.of();

    @Option(names = "--gpu", paramLabel = "GPU",
            description = "Of a suite: GPU file to predict with, a name or a path (default: the one"
                + " named like the device).")
    private String gpu;

    boolean wanted() {
        return suite != null;
    }

    int run(Console console, DeviceChoice device, Optional<String> model,
            Optional<String> weights, int runs) throws IOException {
        Optional<Gpu> file = SuiteReport.gpu(Optional.ofNullable(gpu), DecodeSuite.name(device));
        var options = new SuiteOptions(device, scale, model, weights.orElse("w4"),
                parts.isEmpty() ? EnumSet.allOf(SuitePart.class) : EnumSet.copyOf(parts), runs,
                file);
        return new SuiteReport(console).print(DecodeSuite.run(options,
                line -> console.detail("%s", line)));
    }
}
