package dev.skein.runtime.backend.sim;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.runtime.backend.cards.CardsAccelerator;
import dev.skein.runtime.backend.cards.Exchange;
import dev.skein.runtime.backend.cards.Parts;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;
import java.util.Optional;

/** The simulation of as many cards as an executable is compiled for. */
public final class SimulatedCards {
    private SimulatedCards() {
    }

    /**
     * One card or several, which exchange through the host.
     *
     * @param board of each card
     * @param timing with that of cycles a step of several cards has the time of the exchange, too
     * @throws dev.skein.compiler.fpga.FpgaException if that is asked for, and the board's file
     *     does not say how cards are reached
     */
    public static Accelerator of(Executable executable, Board board, Timing timing) {
        if (executable.cards() == 1) {
            return new SimAccelerator(executable, board, timing);
        }
        Parts parts = Parts.of(executable, board);
        return new CardsAccelerator(parts, parts.cards().stream()
                .map(part -> new SimPort(part, board, timing)).toList(),
                timing == Timing.CYCLE ? Optional.of(Exchange.of(board)) : Optional.empty());
    }
}
