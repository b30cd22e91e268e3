package dev.skein.runtime.backend.xrt;

import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.Sensor;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads a card's power while something runs. Energy is the area below the readings, joined by
 * straight lines; the sensors of a card change some ten times a second at most.
 */
public final class PowerMeter implements AutoCloseable {
    private static final int PAUSE_MILLIS = 50;
    private static final double NANO = 1e-9;

    /** Where power is read. */
    @FunctionalInterface
    public interface Source {
        /** The power now, W; empty if there is no sensor. */
        Optional<Sensor> read() throws IOException;
    }

    /**
     * What was measured.
     *
     * @param sensor name and source
     * @param readings how many
     * @param seconds from the first to the last
     * @param joules of the whole card in that time
     */
    public record Energy(String sensor, int readings, double seconds, double joules) {
        /** Mean power, W. */
        public double meanWatts() {
            return joules / seconds;
        }
    }

    private final Source source;
    private final LongSupplier clock;
    private String sensor = "";
    private String problem = "";
    private int readings;
    private double lastWatts;
    private long firstNanos;
    private long lastNanos;
    private double joules;
    private volatile boolean stopped;

    /**
     * A meter that reads when it is told to.
     *
     * @param clock ns
     */
    PowerMeter(Source source, LongSupplier clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Reads now, and from now on until it is stopped. */
    public static PowerMeter start(Source source) {
        var meter = new PowerMeter(source, System::nanoTime);
        meter.sample();
        if (meter.problem.isEmpty()) {
            Thread.ofVirtual().start(meter::sampleOn);
        }
        return meter;
    }

    private void sampleOn() {
        try {
            while (!stopped) {
                Thread.sleep(PAUSE_MILLIS);
                sample();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A reading more. */
    synchronized void sample() {
        if (stopped || !problem.isEmpty()) {
            return;
        }
        try {
            Optional<Sensor> read = source.read();
            if (read.isEmpty()) {
                problem = "no power sensor";
                return;
            }
            long now = clock.getAsLong();
            double watts = read.get().value();
            if (readings == 0) {
                firstNanos = now;
            } else {
                joules += (lastWatts + watts) / 2 * (now - lastNanos) * NANO;
            }
            sensor = read.get().name() + " of " + read.get().source();
            lastWatts = watts;
            lastNanos = now;
            readings++;
        } catch (IOException e) {
            problem = "power was not measured: " + e.getMessage();
        }
    }

    /** Reads for the last time: what was measured, or why nothing was. */
    public synchronized Answer<Energy> stop() {
        sample();
        stopped = true;
        if (!problem.isEmpty()) {
            return new Answer.Missing<>(problem);
        }
        double seconds = (lastNanos - firstNanos) * NANO;
        return seconds > 0 ? new Answer.Found<>(new Energy(sensor, readings, seconds, joules))
                : new Answer.Missing<>("power was not measured: no time passed between readings");
    }

    @Override
    public void close() {
        stopped = true;
    }
}
