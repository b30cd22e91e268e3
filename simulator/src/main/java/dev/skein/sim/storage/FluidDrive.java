package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import java.util.List;

/**
 * The fast mode. Heads of a layer are alike: all of them read equally many pages (dense attention),
 * or as many in the mean (a selection), so after a while pages are read at a constant rate. The
 * event model runs the first heads until the rate has settled, and twice as many more; the pages of
 * the rest flow at that rate. Steps that are not longer than this are simulated as a whole, so they
 * are exact.
 */
public final class FluidDrive {
    /** Rounds of all planes that are simulated. */
    private static final int ROUNDS = 120;
    /** Times that every place for a head in the engine is filled. */
    private static final int FILLS = 16;
    private static final int MIN_COMMANDS = 6;
    /** Heads differ in the pages that they select; the mean of so many is what flows. */
    private static final int MIN_HEADS = 400;

    private FluidDrive() {}

    /**
     * What a layer takes.
     *
     * @param picos until the last completion
     * @param simulatedPages read in the event model
     * @param pages read in all
     * @param exact whether all of it was simulated
     */
    public record Estimate(double picos, long simulatedPages, double pages, boolean exact) {}

    /** One layer of a decode step. */
    public static Estimate run(Drive drive, AttentionStep step) {
        int sample = sample(drive, step);
        boolean exact = sample >= step.batch();
        int count = Math.min(sample, step.batch());
        var run = new DriveRun(drive, FaultPlan.NONE, step.commands(drive, count));
        DriveReport report = run.run();
        long pages = report.counts().pagesRead();
        if (exact) {
            return new Estimate(report.picos(), pages, pages, true);
        }
        // The last heads drain: fewer and fewer are in flight.
        List<DriveRun.Progress> progress = run.progress();
        int last = progress.size() - 1 - window(drive);
        DriveRun.Progress from = progress.get(last / 3);
        DriveRun.Progress to = progress.get(last);
        double perPage = (double) (to.picos() - from.picos()) / (to.pages() - from.pages());
        double all = (double) pages * step.batch() / count;
        return new Estimate(report.picos() + (all - pages) * perPage, pages, all, false);
    }

    /** How busy its parts are in the commands that {@link #run} simulates. */
    public static Occupation occupation(Drive drive, AttentionStep step) {
        int count = Math.min(sample(drive, step), step.batch());
        return Occupation.of(new DriveRun(drive, FaultPlan.NONE, step.commands(drive, count))
                .run());
    }

    private static int window(Drive drive) {
        return drive.engine().map(e -> e.headsInFlight()).orElse(drive.link().queueDepth());
    }

    private static int sample(Drive drive, AttentionStep step) {
        int planes = drive.flash().geometry().channels()
                * drive.flash().geometry().planesPerChannel();
        long heads = Math.max(Math.max(MIN_HEADS, (long) FILLS * window(drive)),
                (long) ROUNDS * planes / step.pagesPerHead(drive));
        int draining = Math.ceilDiv(window(drive), step.kvHeads());
        return Math.toIntExact(Math.min(step.batch(),
                Math.max(MIN_COMMANDS, Math.ceilDiv(heads, step.kvHeads())) + draining));
    }
}
