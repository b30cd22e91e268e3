package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drives;

/** Pages that the event model reads in a second, to be run by hand: a layer of OPT-13B. */
final class DriveBenchmark {
    private DriveBenchmark() {}

    /** Arguments: none. */
    public static void main(String[] args) {
        for (String drive : new String[] {"instcsd", "openssd"}) {
            var machine = new DriveMachine(Drives.load(drive));
            var step = new AttentionStep(new Attention.Dense(), 64, 40, 1, 128, 1536);
            long best = Long.MAX_VALUE;
            long pages = 0;
            for (int i = 0; i < 8; i++) {
                long start = System.nanoTime();
                pages = machine.run(step.commands(Drives.load(drive))).counts().pagesRead();
                best = Math.min(best, System.nanoTime() - start);
            }
            System.out.printf("%s: %d pages, %.2f million pages a second%n", drive, pages,
                    1e3 * pages / best);
        }
    }
}
