package dev.skein.runtime;

import dev.skein.sim.fpga.CycleReport;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a request costs on the device; the host, which samples between steps, takes no time.
 *
 * @param promptLength tokens of the prompt
 * @param outputLength tokens generated
 * @param reports of its steps in order, as {@link RequestSimulation#steps} names them
 */
public record RequestTotals(int promptLength, int outputLength, List<CycleReport> reports) {
    /** Copies the list. */
    public RequestTotals {
        reports = List.copyOf(reports);
    }

    /** Steps of the prompt. */
    public List<CycleReport> prefill() {
        return reports.subList(0, reports.size() - (outputLength - 1));
    }

    /** A step for each token but the first. */
    public List<CycleReport> decode() {
        return reports.subList(reports.size() - (outputLength - 1), reports.size());
    }

    private static double seconds(List<CycleReport> steps) {
        return steps.stream().mapToDouble(CycleReport::seconds).sum();
    }

    /** Time to the first token, seconds. */
    public double timeToFirstToken() {
        return seconds(prefill());
    }

    /** Time to the last token, seconds. */
    public double seconds() {
        return seconds(reports);
    }

    /** Simulated cycles of all steps. */
    public long cycles() {
        return reports.stream().mapToLong(CycleReport::cycles).sum();
    }

    /** Tokens after the first over their time; empty if there are none. */
    public OptionalDouble decodeTokensPerSecond() {
        return decode().isEmpty() ? OptionalDouble.empty()
                : OptionalDouble.of(decode().size() / seconds(decode()));
    }

    /** Estimated energy, joules. */
    public double joules() {
        return reports.stream().mapToDouble(CycleReport::joules).sum();
    }

    /** Estimated energy of the steps of the prompt, joules. */
    public double prefillJoules() {
        return prefill().stream().mapToDouble(CycleReport::joules).sum();
    }

    /** Energy over all generated tokens, the prompt included, joules. */
    public double joulesPerToken() {
        return joules() / outputLength;
    }

    /** What bounds most of the time of some steps. */
    public static String boundBy(List<CycleReport> steps) {
        return steps.stream().collect(Collectors.groupingBy(r -> r.boundBy().text(),
                Collectors.summingLong(CycleReport::cycles))).entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey())).orElseThrow().getKey();
    }
}
