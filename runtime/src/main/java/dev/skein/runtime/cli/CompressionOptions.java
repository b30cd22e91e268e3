package dev.skein.runtime.cli;

import dev.skein.compiler.calibrate.Calibration;
import dev.skein.compiler.compress.Method;
import dev.skein.runtime.Compression;
import picocli.CommandLine.Option;

/** How weights become integers. */
public final class CompressionOptions {
    @Option(names = "--method", paramLabel = "METHOD",
            description = "How weights become integers: ${COMPLETION-CANDIDATES} (default:"
                    + " sparsegpt with --calibrate or in skein pareto, else magnitude).")
    private Method method;

    @Option(names = "--calibrate", paramLabel = "SEED/TEXTS",
            description = "Calibrate on this many texts that the model writes itself (default of"
                    + " the methods that need it: 1/32).")
    private String calibration;

    /** Created by picocli. */
    public CompressionOptions() {}

    Compression compression() {
        return orElse(Method.MAGNITUDE);
    }

    /** With a method for when neither it nor a calibration is asked for. */
    Compression orElse(Method otherwise) {
        Method chosen = method != null ? method
                : calibration != null ? Method.SPARSEGPT : otherwise;
        if (calibration != null && !chosen.calibrated()) {
            throw new IllegalArgumentException("--method " + chosen + " needs no calibration:"
                    + " leave out --calibrate");
        }
        return new Compression(chosen, calibration == null ? Calibration.DEFAULT
                : Calibration.parse(calibration));
    }
}
