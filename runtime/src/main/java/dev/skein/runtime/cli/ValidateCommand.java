package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.validation.FlightLlm;
import dev.skein.runtime.validation.GpuFigures;
import dev.skein.runtime.validation.InstInfer;
import dev.skein.runtime.validation.Row;
import dev.skein.runtime.validation.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein validate}: published and measured figures beside those of Skein's models. */
@Command(name = "validate", mixinStandardHelpOptions = true,
        header = "Compares published and measured figures with those of Skein.",
        description = {"Computes what was published or measured of a design with Skein's model of"
            + " it, and prints both. docs/validation.md and docs/gpu.md say what was calibrated"
            + " on what.",
            "Exit code 0 also if rows are missed: they are marked."},
        footer = {"", "JSON: design, rows[].{name, unit, source, low, high (reference, equal if it"
            + " is one figure), ours, deviation (relative; 0 inside of the reference), tolerance"
            + " (relative; null if the row only informs), calibrated (whether a constant was chosen"
            + " with the figure in view), holds}, notModelled[].{name, reason}.",
            "JSON with --measured: design, device, gpu, keys[].{name, value, fitted}, kernels[],"
            + " stepsAsLaunched[], stepsAsFused[].{name, measuredMicros, predictedMicros, deviation"
            + " (relative), fitted, holds (of predicted ones: within 15 %)}."})
public final class ValidateCommand implements Callable<Integer> {
    /** Designs with a validation. */
    public enum Design {
        /** FlightLLM on U280 and VHK158. */
        FLIGHTLLM,
        /** InstInfer, attention in drives beside an A6000. */
        INSTINFER,
        /** Decoding on GPUs, measured by others. */
        GPU;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Mixin
    private Console console;

    @Option(names = "--measured", paramLabel = "FILE",
            description = "For gpu: fit the timing model to one half of the kernels in the JSON of"
                + " 'skein bench --suite decode' and compare it with the rest.")
    private Path measured;

    @Option(names = "--gpu", paramLabel = "GPU", description = "With --measured: GPU file to begin"
            + " with, a name or a path (default: the one named like the device).")
    private String gpu;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE",
            description = "With --measured: write the GPU file with the fitted constants.")
    private Path output;

    @Parameters(paramLabel = "DESIGN", description = "${COMPLETION-CANDIDATES}.")
    private Design design;

    /** Created by picocli. */
    public ValidateCommand() {}

    @Override
    public Integer call() throws IOException {
        if (measured != null && design == Design.GPU) {
            return new CalibrationReport(console, Optional.ofNullable(gpu),
                    Optional.ofNullable(output)).print(measured);
        }
        if (measured != null || gpu != null || output != null) {
            throw new IllegalArgumentException("--gpu and -o go with --measured, and that with"
                    + " 'validate gpu'");
        }
        Validation validation = switch (design) {
            case FLIGHTLLM -> new Validation(FlightLlm.rows(), List.of());
            case INSTINFER -> InstInfer.validation();
            case GPU -> new Validation(GpuFigures.rows(), List.of());
        };
        List<Row> rows = validation.rows();
        console.result("%-46s %15s %11s %10s %10s  %s", design, "published", "ours", "deviation",
                "tolerance", "");
        rows.forEach(this::print);
        validation.absent().forEach(a -> console.result("%s: not modelled yet: %s", a.name(),
                a.reason()));
        ObjectNode json = Console.newObject();
        json.put("design", design.toString());
        var array = json.putArray("rows");
        for (Row row : rows) {
            put(array.addObject(), row);
        }
        var absent = json.putArray("notModelled");
        validation.absent().forEach(a -> absent.addObject().put("name", a.name())
                .put("reason", a.reason()));
        console.object(json);
        return 0;
    }

    private void print(Row row) {
        String name = row.unit().isEmpty() ? row.name() : row.name() + ", " + row.unit();
        String reference = row.low() == row.high() ? number(row.low())
                : number(row.low()) + " to " + number(row.high());
        boolean informs = row.tolerance().isEmpty();
        String verdict = informs ? "for information" : row.holds() ? "holds" : "MISSED";
        console.result("%-46s %15s %11s %10s %10s  %s", name, reference, number(row.ours()),
                informs ? "" : "%+.1f %%".formatted(100 * row.deviation()),
                informs ? "" : "%.0f %%".formatted(100 * row.tolerance().getAsDouble()),
                verdict + (row.calibrated() ? ", calibrated on it" : ""));
        console.detail("  %s", row.source());
    }

    private static String number(double value) {
        return value < 10 ? "%.2f".formatted(value) : value < 1000 ? "%.1f".formatted(value)
                : "%,.0f".formatted(value);
    }

    private static void put(ObjectNode out, Row row) {
        out.put("name", row.name());
        out.put("unit", row.unit());
        out.put("source", row.source());
        out.put("low", row.low());
        out.put("high", row.high());
        out.put("ours", row.ours());
        out.put("deviation", row.deviation());
        if (row.tolerance().isPresent()) {
            out.put("tolerance", row.tolerance().getAsDouble());
        } else {
            out.putNull("tolerance");
        }
        out.put("calibrated", row.calibrated());
        out.put("holds", row.holds());
    }
}
