package dev.skein.sim.trace;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The timeline of a device that runs one kernel after the other, in the form of a board's: steps,
 * a track for each class of kernels, and the bandwidth of the memory. The file appears with {@link
 * #commit}; closing without that leaves nothing behind.
 */
public final class KernelTimeline implements Closeable {
    private static final int KERNELS_PID = 1;
    private static final int MEMORY_PID = 1000;
    private static final int STEPS_PID = 2000;
    private static final double PICOS = 1e12;

    private final TraceEvents out;
    private final Map<String, Integer> tracks = new HashMap<>();
    private double base;

    /**
     * A kernel; times are seconds of its step.
     *
     * @param name of what it computes
     * @param track its class
     * @param from its start
     * @param to its end
     * @param bytes from and to memory
     * @param macs multiply-accumulates on the tensor cores
     * @param boundBy what it spends most of its time on
     */
    public record Span(String name, String track, double from, double to, long bytes, double macs,
            String boundBy) {}

    /**
     * Opens the file.
     *
     * @param device its name
     * @param provenance where the times come from
     * @throws IOException if the file cannot be written
     */
    public KernelTimeline(Path file, String device, String provenance) throws IOException {
        this.out = new TraceEvents(file, "\"device\":\"" + TraceEvents.escaped(device)
                + "\",\"provenance\":\"" + TraceEvents.escaped(provenance) + "\"");
        out.name("process_name", STEPS_PID, 0, "steps");
        out.name("process_name", KERNELS_PID, 0, device);
        out.name("process_name", MEMORY_PID, 0, "GPU memory");
    }

    /** A kernel of the step. */
    public void kernel(Span s) {
        long from = picos(s.from());
        long to = picos(s.to());
        slice(s.track(), s.name(), from, to, "\"bytes\":" + s.bytes() + ",\"macs\":"
                + Math.round(s.macs()) + ",\"boundBy\":\"" + TraceEvents.escaped(s.boundBy())
                + "\"");
        if (to > from) {
            out.counter(MEMORY_PID, "GPU memory GB/s", "GB/s", from,
                    s.bytes() / (s.to() - s.from()) / 1e9);
            out.counter(MEMORY_PID, "GPU memory GB/s", "GB/s", to, 0);
        }
    }

    /**
     * A kernel of the step that was measured, of which no more is known; all are on one track.
     *
     * @param from its start, seconds of its step
     * @param to its end, seconds of its step
     * @param weightBytes packed weights that it reads
     */
    public void measured(String name, double from, double to, long weightBytes) {
        slice("kernels", name, picos(from), picos(to), "\"weightBytes\":" + weightBytes);
    }

    private void slice(String trackName, String name, long from, long to, String args) {
        Integer track = tracks.get(trackName);
        if (track == null) {
            track = tracks.size() + 1;
            tracks.put(trackName, track);
            out.name("thread_name", KERNELS_PID, track, trackName);
        }
        out.slice(KERNELS_PID, track, TraceEvents.escaped(name), from, to, args);
    }

    /** The step is over; the next one begins where it ends. */
    public void endStep(String name, double seconds) {
        out.slice(STEPS_PID, 1, TraceEvents.escaped(name), picos(0), picos(seconds), "");
        base += seconds;
    }

    private long picos(double seconds) {
        return Math.round((base + seconds) * PICOS);
    }

    /** Puts the file in its place. */
    public void commit() throws IOException {
        out.commit();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
