package dev.skein.sim.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How busy the parts of a drive are, in the mean of equal parts and over a run.
 *
 * @param parts the busiest first
 */
public record Occupation(List<Part> parts) {
    private static final List<String> KINDS = List.of("link in", "processor", "ftl", "dram",
            "link out", "filter", "argtopk");

    /** Copies the list. */
    public Occupation {
        parts = List.copyOf(parts);
    }

    /**
     * One kind of parts.
     *
     * @param name of it
     * @param share of the time in which it holds up what comes behind it
     */
    public record Part(String name, double share) {
        /** Its name and its share. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.0f %%", name, 100 * share);
        }
    }

    /**
     * Of a run. A flash channel is held while it senses, too: in lock-step nothing else is read
     * then.
     */
    static Occupation of(DriveReport report) {
        var out = new ArrayList<Part>();
        for (String kind : KINDS) {
            out.add(new Part(kind, report.utilisation(kind)));
        }
        out.add(new Part("flash", report.units().stream()
                .filter(u -> u.unit().startsWith("channel ")).mapToDouble(u ->
                        (double) (u.of(Account.BUSY) + u.of(Account.WAIT_FLASH)) / u.total())
                .average().orElse(0)));
        for (String unit : List.of(" gemv ", " softmax ")) {
            out.add(new Part(unit.strip(), report.units().stream()
                    .filter(u -> u.unit().contains(unit)).mapToDouble(UnitTimes::utilisation)
                    .average().orElse(0)));
        }
        out.sort(Comparator.comparingDouble(Part::share).reversed());
        return new Occupation(out);
    }

    /** The part that bounds. */
    public Part busiest() {
        return parts.getFirst();
    }
}
