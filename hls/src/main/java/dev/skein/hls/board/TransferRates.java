package dev.skein.hls.board;

import dev.skein.hls.isa.Space;

/**
 * What LD and ST take from, or give to, an HBM channel, in percent of what its data bus moves. Less
 * than 100 where the overlay's data movers, not the memory, set the pace; FlightLLM states such
 * efficiencies for its own (70 % within a channel, 35 % across channels). DDR is not concerned.
 *
 * @param actPercent of loads into the activation buffer
 * @param wgtPercent of loads into the weight buffer
 * @param parPercent of loads into the parameter buffer
 * @param storePercent of stores
 */
public record TransferRates(int actPercent, int wgtPercent, int parPercent, int storePercent) {
    /** A rate at which the memory alone sets the pace. */
    public static final int FULL_PERCENT = 100;

    /** Nothing but the memory sets the pace. */
    public static final TransferRates FULL =
            new TransferRates(FULL_PERCENT, FULL_PERCENT, FULL_PERCENT, FULL_PERCENT);

    /** The rate of loads into a buffer. */
    public int loadPercent(Space space) {
        return switch (space) {
            case ACT -> actPercent;
            case WGT -> wgtPercent;
            case PAR -> parPercent;
        };
    }
}
