package dev.skein.runtime;

import dev.skein.runtime.device.StepCost;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sums over the steps of a phase: time of this machine, and cost on the simulated target. */
public final class PhaseTotals {
    private int tokens;
    private long wallNanos;
    private long cycles;
    private double seconds;
    private long bytesMoved;
    private double joules;
    private double utilisationSeconds;
    private final Map<String, Double> boundSeconds = new HashMap<>();

    void add(int stepTokens, long nanos, Optional<StepCost> cost) {
        tokens += stepTokens;
        wallNanos += nanos;
        cost.ifPresent(this::add);
    }

    private void add(StepCost cost) {
        cycles += cost.cycles();
        seconds += cost.seconds();
        bytesMoved += cost.bytesMoved();
        joules += cost.joules();
        utilisationSeconds += cost.bandwidthUtilisation() * cost.seconds();
        boundSeconds.merge(cost.boundBy(), cost.seconds(), Double::sum);
    }

    /** Tokens read. */
    public int tokens() {
        return tokens;
    }

    /** Time of this machine, ms. */
    public double wallMillis() {
        return wallNanos / 1e6;
    }

    /** Tokens a second of this machine, 0 if there were none. */
    public double wallTokensPerSecond() {
        return tokens == 0 ? 0 : tokens / (wallNanos / 1e9);
    }

    /** Simulated kernel cycles; 0 if the device simulates no time. */
    public long cycles() {
        return cycles;
    }

    /** Simulated time, s. */
    public double seconds() {
        return seconds;
    }

    /** Tokens a second of the target, 0 if no time was simulated. */
    public double tokensPerSecond() {
        return seconds == 0 ? 0 : tokens / seconds;
    }

    /** Physical bytes moved off chip on the target. */
    public long bytesMoved() {
        return bytesMoved;
    }

    /** Estimated energy on the target, J. */
    public double joules() {
        return joules;
    }

    /** Mean over time of bytes moved over peak. */
    public double bandwidthUtilisation() {
        return seconds == 0 ? 0 : utilisationSeconds / seconds;
    }

    /** What bound the target for most of the time; empty if no time was simulated. */
    public String boundBy() {
        return boundSeconds.entrySet().stream().max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey).orElse("");
    }
}
