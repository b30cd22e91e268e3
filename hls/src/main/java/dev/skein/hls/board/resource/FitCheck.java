package dev.skein.hls.board.resource;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Resource;

import java.util.Locale;
import java.util.Optional;

/** Refuses boards whose overlay is larger than their device. */
public final class FitCheck {
    private FitCheck() {}

    /**
     * Loads a board that fits.
     *
     * @param nameOrPath as of {@link Boards#load}
     * @throws BoardException if it cannot be read or does not fit
     */
    public static Board load(String nameOrPath) {
        Board board = Boards.load(nameOrPath);
        require(board);
        return board;
    }

    /**
     * Does nothing if a board fits.
     *
     * @throws BoardException in one line: the resource, the SLR, need, what there is, and the
     *     nearest architecture that fits
     */
    public static void require(Board board) {
        problem(board).ifPresent(line -> {
            throw new BoardException(line);
        });
    }

    /** Why a board does not fit, if so. */
    public static Optional<String> problem(Board board) {
        return worst(ResourceModel.estimate(board)).map(m -> line(board, m));
    }

    private static String line(Board board, Misfit misfit) {
        int percent = board.fabric().technology().usablePercent().get(misfit.resource());
        return String.format(Locale.ROOT, "board %s does not fit: %s in SLR%d: needs %,d, has %,d"
                + " (%d %% of %,d); nearest fit: %s", board.name(), misfit.resource(),
                misfit.slr(), misfit.use().use().of(misfit.resource()),
                misfit.use().usable().of(misfit.resource()), percent,
                misfit.use().capacity().of(misfit.resource()), NearestFit.of(board));
    }

    /** The resource and SLR that are exceeded most. */
    static Optional<Misfit> worst(ResourceEstimate estimate) {
        Misfit worst = null;
        for (int slr = 0; slr < estimate.slrs().size(); slr++) {
            SlrUse use = estimate.slrs().get(slr);
            for (Resource resource : Resource.values()) {
                if (!use.fits(resource)
                        && (worst == null || use.load(resource) > worst.load())) {
                    worst = new Misfit(resource, slr, use);
                }
            }
        }
        return Optional.ofNullable(worst);
    }

    /** A resource of an SLR that does not suffice. */
    record Misfit(Resource resource, int slr, SlrUse use) {
        double load() {
            return use.load(resource);
        }
    }
}
