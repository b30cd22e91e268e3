package dev.skein.runtime.cli;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.suite.MeasuredKernel;
import dev.skein.runtime.suite.MeasuredStep;
import dev.skein.runtime.suite.Spread;
import dev.skein.runtime.suite.SuiteFile;
import dev.skein.runtime.suite.SuiteOptions;
import dev.skein.runtime.suite.SuiteResult;
import dev.skein.runtime.suite.SuiteRow;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What {@code skein bench --suite decode} prints. */
record SuiteReport(Console console) {

    /**
     * The GPU file for a device: the one that was named, else the built-in one with the longest
     * name that the device's name has in it, as "NVIDIA H100 80GB HBM3" has h100.
     */
    static Optional<Gpu> gpu(Optional<String> asked, String device) {
        return asked.or(() -> builtIn(device)).map(Gpus::load);
    }

    /** The name of the built-in one. */
    static Optional<String> builtIn(String device) {
        String plain = device.toLowerCase(Locale.ROOT).replaceAll("[ -]", "");
        return Gpus.names().stream().filter(name -> plain.contains(name.replace("-", "")))
                .max(Comparator.comparingInt(String::length));
    }

    /** Prints it; the exit code. */
    int print(SuiteResult result) {
        SuiteOptions options = result.options();
        console.result("%s (%s)", result.device(), result.driver());
        console.result("%-8s %-52s %12s %-7s %23s %10s", "part", "what", "median", "",
                "least to most", "target");
        result.rows().forEach(this::print);
        if (!result.kernels().isEmpty()) {
            classes(result, options.gpu());
        }
        console.note("medians of %d runs after one that is not counted; weights from seed 1 where a"
                + " model has no file; gemv and 'kernels alone' by the device's clock, launch by"
                + " launch; decode and prefill by the host's clock, tokens sent and logits read;"
                + " every matrix once a step, so that at full scale none is in a cache",
                options.runs());
        console.object(SuiteFile.json(result));
        return 0;
    }

    private void print(SuiteRow row) {
        if (row.problem().isPresent()) {
            console.result("%-8s %-52s not measured: %s", row.part(), row.name(),
                    row.problem().get());
            return;
        }
        Spread v = row.value().orElseThrow();
        console.result("%-8s %-52s %12s %-7s %23s %10s %s", row.part(), row.name(),
                number(v.median()), row.unit(),
                v.runs() == 1 ? "" : number(v.least()) + " to " + number(v.most()),
                row.target().isPresent() ? ">= " + number(row.target().getAsDouble()) : "",
                row.verdict().orElse(""));
    }

    private static String number(double value) {
        return value < 10 ? "%.2f".formatted(value) : value < 1000 ? "%.1f".formatted(value)
                : "%,.0f".formatted(value);
    }

    /** Kernels by class, with the timing model beside them. */
    private void classes(SuiteResult result, Optional<Gpu> gpu) {
        console.result("%nkernels of a step, means: %s", gpu.map(g -> "predicted for " + g.name()
                + " before any fit").orElse("no GPU file for this device (--gpu names one), so"
                + " nothing is predicted"));
        console.result("%-20s %-20s %8s %10s %10s %13s", "step", "class", "launches", "us",
                "gap, us", "predicted, us");
        for (MeasuredKernel k : result.kernels()) {
            if (!k.step().isEmpty()) {
                console.result("%-20s %-20s %8d %10.1f %10.1f %13s", k.step(), k.work().name(),
                        k.launches(), k.micros(), k.gapMicros(),
                        k.predictedMicros() == 0 ? "" : "%.1f".formatted(k.predictedMicros()));
            }
        }
        for (MeasuredStep s : result.steps()) {
            console.result("%-20s %-20s %8d %10.1f %10s", s.name(), "all, by the host",
                    s.launches(), s.wallMicros(), "");
        }
    }
}
