package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.board.drive.Picos;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What an array reads or programs if commands for all planes are always waiting: a measurement. */
public final class ArrayRate {
    private static final int COMMANDS = 48;
    /** Windows of a reader that are measured. */
    private static final int WINDOWS = 64;

    private ArrayRate() {}

    /** Bytes per second between an early command and a late one, in the event model. */
    public static double bytesPerSecond(Drive drive, FlashOperation operation) {
        Flash.Geometry g = drive.flash().geometry();
        int pages = g.channels() * g.planesPerChannel();
        var commands = new ArrayList<Command>();
        for (int c = 0; c < COMMANDS; c++) {
            commands.add(new Command(0, 0, 1, _ -> List.of(Phase.pages(operation, all(g)))));
        }
        var ends = new ArrayList<>(new DriveMachine(drive).run(commands).completions());
        Collections.sort(ends);
        int first = COMMANDS / 4;
        int last = 3 * COMMANDS / 4;
        return (double) (last - first) * pages * g.pageBytes() * Picos.PER_SECOND
                / (ends.get(last) - ends.get(first));
    }

    /**
     * Bytes per second that readers get who each wait for one window before they ask for the next;
     * windows follow each other over the planes. What the readers themselves take is not in it.
     *
     * @param readers how many
     * @param windowBytes of each read, a multiple of a page
     */
    public static double windowedBytesPerSecond(Drive drive, int readers, int windowBytes) {
        Flash.Geometry g = drive.flash().geometry();
        if (windowBytes % g.pageBytes() != 0) {
            throw new IllegalArgumentException("windows of " + windowBytes + " bytes are no"
                    + " multiple of pages of " + g.pageBytes());
        }
        int pages = windowBytes / g.pageBytes();
        int windows = WINDOWS * readers;
        var commands = new ArrayList<Command>();
        for (int c = 0; c < windows; c++) {
            int first = c * pages;
            commands.add(new Command(0, windowBytes, 1, _ -> List.of(
                    Phase.pages(FlashOperation.READ, window(g, first, pages)))));
        }
        long picos = new DriveMachine(drive.withLink(drive.link().withQueueDepth(readers)))
                .run(commands).picos();
        return (double) windows * windowBytes * Picos.PER_SECOND / picos;
    }

    private static PageSet window(Flash.Geometry g, int first, int count) {
        var pages = new PageSet();
        for (int p = first; p < first + count; p++) {
            pages.add(p % g.channels(), p / g.channels() % g.planesPerChannel(),
                    g.planesPerChannel(), g.pageBytes(), 0);
        }
        return pages;
    }

    private static PageSet all(Flash.Geometry g) {
        var pages = new PageSet();
        for (int p = 0; p < g.channels() * g.planesPerChannel(); p++) {
            pages.add(p % g.channels(), p / g.channels(), g.planesPerChannel(), 1, 0);
        }
        return pages;
    }
}
