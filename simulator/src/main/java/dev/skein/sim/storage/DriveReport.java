package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Picos;
import java.util.List;

/**
 * What a run of a drive took.
 *
 * @param picos until the last completion had arrived and all units were still
 * @param completions when each command's completion arrived, in the order of the commands
 * @param units where their time went; each sums to {@code picos}
 * @param counts what was done
 */
public record DriveReport(long picos, List<Long> completions, List<UnitTimes> units,
        Counts counts) {

    /** Copies the lists. */
    public DriveReport {
        completions = List.copyOf(completions);
        units = List.copyOf(units);
    }

    /**
     * What was done.
     *
     * @param pagesRead without retries
     * @param retries reads that were repeated
     * @param pagesProgrammed written to the array
     * @param blocksErased one a plane
     * @param bytesIn payload to the drive
     * @param bytesOut payload from it
     * @param keptBytes that passed the filters
     * @param askedAgain completions that the host had to ask for
     */
    public record Counts(long pagesRead, long retries, long pagesProgrammed, long blocksErased,
            long bytesIn, long bytesOut, long keptBytes, int askedAgain) {}

    /** The run's time. */
    public double seconds() {
        return Picos.seconds(picos);
    }

    /** All units whose names begin so, together. */
    public double utilisation(String prefix) {
        return units.stream().filter(u -> u.unit().startsWith(prefix))
                .mapToDouble(UnitTimes::utilisation).average().orElse(0);
    }
}
