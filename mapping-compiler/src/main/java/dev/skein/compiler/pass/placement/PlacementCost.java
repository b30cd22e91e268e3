package dev.skein.compiler.pass.placement;

/** What a plan costs, asked of a model of the hardware. */
@FunctionalInterface
public interface PlacementCost {

    /** Judges a plan. */
    Verdict of(StoragePlan plan, Workload workload);

    /** Seconds, or why there are none. */
    sealed interface Verdict {

        /**
         * It fits.
         *
         * @param prefillSeconds until the first token
         * @param stepSeconds mean decode step
         * @param requestSeconds all of it
         */
        record Fits(double prefillSeconds, double stepSeconds, double requestSeconds)
                implements Verdict {}

        /**
         * It cannot be.
         *
         * @param reason one line
         */
        record Refused(String reason) implements Verdict {}
    }
}
