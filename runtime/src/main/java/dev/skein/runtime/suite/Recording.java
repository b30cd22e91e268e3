package dev.skein.runtime.suite;

import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the parts of a suite have found so far. */
final class Recording {
    final SuiteOptions options;
    final SuiteDevice device;
    private final Consumer<String> log;
    private final List<SuiteRow> rows = new ArrayList<>();
    private final List<MeasuredKernel> kernels = new ArrayList<>();
    private final List<MeasuredStep> steps = new ArrayList<>();
    private Optional<DeviceSpeed> speed = Optional.empty();

    /** @param log takes remarks on the work, one line each */
    Recording(SuiteOptions options, SuiteDevice device, Consumer<String> log) {
        this.options = options;
        this.device = device;
        this.log = log;
    }

    /** Something that measures. */
    interface Work {
        void run() throws IOException;
    }

    /** Does work; if the device cannot, a row says so. */
    void attempt(SuitePart part, String name, Work work) throws IOException {
        log.accept(part + ": " + name);
        try {
            work.run();
        } catch (DeviceException | IllegalArgumentException e) {
            rows.add(SuiteRow.missing(part, name, String.valueOf(e.getMessage())));
        }
    }

    void add(SuiteRow row) {
        rows.add(row);
    }

    void add(MeasuredKernel kernel) {
        kernels.add(kernel);
    }

    void add(MeasuredStep step) {
        steps.add(step);
    }

    void speed(DeviceSpeed measured) {
        speed = Optional.of(measured);
    }

    /** Adds bytes moved in a time as a share of the copy bandwidth, if that was measured. */
    void share(SuitePart part, String name, Spread gbps, double target) {
        speed.ifPresent(s -> {
            SuiteRow row = SuiteRow.of(part, name, "%", gbps.map(x -> 100 * x / s.copyGBps()));
            rows.add(target > 0 ? row.atLeast(target) : row);
        });
    }

    SuiteResult result() {
        return new SuiteResult(options, device.name(), device.driver(), speed, rows, kernels,
                steps);
    }
}
