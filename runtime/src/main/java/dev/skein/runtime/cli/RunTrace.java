package dev.skein.runtime.cli;

import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.KernelObserver;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.device.Accelerator;
import dev.skein.sim.trace.KernelTimeline;
import dev.skein.sim.trace.TraceRecorder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that {@code --trace} and {@code --csv} of a run name. They appear with {@link #commit};
 * closing without that leaves nothing behind.
 */
final class RunTrace implements Closeable {
    private static final double NANOS = 1e9;

    /** Puts the files in their places. */
    private interface Commit {
        void run() throws IOException;
    }

    private final Closeable files;
    private final Commit commit;

    private RunTrace(Closeable files, Commit commit) {
        this.files = files;
        this.commit = commit;
    }

    /**
     * Records on a device from now on.
     *
     * @throws IllegalArgumentException if the device cannot tell what it does
     */
    static RunTrace of(Accelerator device, Optional<Path> timeline, Optional<Path> table)
            throws IOException {
        if (timeline.isEmpty() && table.isEmpty()) {
            return new RunTrace(() -> { }, () -> { });
        }
        if (device instanceof SimAccelerator simulated) {
            return simulated(simulated, timeline, table);
        }
        if (device instanceof GpuAccelerator measured && table.isEmpty()) {
            return measured(measured, timeline.orElseThrow());
        }
        throw new IllegalArgumentException("--csv needs a simulated board, --device sim; --trace"
                + " that or a device that runs kernels, --device opencl or cuda");
    }

    private static RunTrace simulated(SimAccelerator device, Optional<Path> timeline,
            Optional<Path> table) throws IOException {
        var recorder = new TraceRecorder(timeline.orElse(null), table.orElse(null),
                device.board(), device.board().cores());
        try {
            device.record(recorder);
            return new RunTrace(recorder, recorder::commit);
        } catch (IllegalArgumentException e) {
            recorder.close();
            throw e;
        }
    }

    private static RunTrace measured(GpuAccelerator device, Path file) throws IOException {
        var timeline = new KernelTimeline(file, device.description(),
                "measured, by the profiling clock of the device");
        device.record((lengths, spans) -> {
            for (KernelObserver.Span s : spans) {
                timeline.measured(s.kernel(), s.fromNanos() / NANOS, s.toNanos() / NANOS,
                        s.weightBytes());
            }
            timeline.endStep(lengths.tokens() + " tokens, context " + lengths.context(),
                    spans.getLast().toNanos() / NANOS);
        });
        return new RunTrace(timeline, timeline::commit);
    }

    void commit() throws IOException {
        commit.run();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
