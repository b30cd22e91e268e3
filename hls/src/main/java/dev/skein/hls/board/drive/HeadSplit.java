package dev.skein.hls.board.drive;

import dev.skein.hls.board.BoardException;
import java.util.ArrayList;
import java.util.List;

/** Heads over drives: as even as they go, the remainder on the first. */
public final class HeadSplit {
    private HeadSplit() {}

    /**
     * Heads of each drive.
     *
     * @throws BoardException if a drive would have none
     */
    public static List<Integer> of(int heads, int drives) {
        if (drives < 1 || drives > heads) {
            throw new BoardException(drives + " drives for " + heads
                    + " key and value heads; allowed: 1 to " + heads);
        }
        var out = new ArrayList<Integer>();
        for (int d = 0; d < drives; d++) {
            out.add(heads / drives + (d < heads % drives ? 1 : 0));
        }
        return out;
    }
}
