package dev.skein.runtime.suite;

import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.util.List;
import java.util.Optional;

/**
 * What the suite measured.
 *
 * @param options of the run
 * @param device what it calls itself
 * @param driver library, driver and their versions
 * @param speed if it was measured
 * @param rows figures, in order
 * @param kernels with what the timing model says of them
 * @param steps of whole models
 */
public record SuiteResult(SuiteOptions options, String device, String driver,
        Optional<DeviceSpeed> speed, List<SuiteRow> rows, List<MeasuredKernel> kernels,
        List<MeasuredStep> steps) {
    /** Copies the lists. */
    public SuiteResult {
        rows = List.copyOf(rows);
        kernels = List.copyOf(kernels);
        steps = List.copyOf(steps);
    }
}
