package dev.skein.runtime.backend.cards;

import dev.skein.compiler.fpga.FpgaException;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardLink;
import dev.skein.hls.isa.CardSegment;
import dev.skein.hls.isa.Extent;
import dev.skein.runtime.device.StepCost;
import java.util.List;
import java.util.TreeMap;

/**
 * What the host does between segments, in time: the transfers that {@code XrtAccelerator} makes for
 * a segment of each card, and the start of its compute units.
 *
 * @param board of each card
 * @param link to each card
 */
public record Exchange(Board board, CardLink link) {
    /** A core is sent the description of the step and an empty status, and asked for its status. */
    private static final int TRANSFERS_OF_A_CORE = 3;
    private static final long STEP_BYTES = 8L * (65 + 2 * 4);

    /**
     * Between the cards of a board.
     *
     * @throws FpgaException if its file does not say how cards are reached
     */
    public static Exchange of(Board board) {
        return new Exchange(board, board.sys().cards().orElseThrow(() -> new FpgaException("board "
                + board.name() + ": cards.link_GBps: none; several cards are timed with the keys"
                + " cards.link_GBps, cards.transfer_us and cards.start_us of the board file:"
                + " docs/adding-a-board.md")));
    }

    /** Rows that are gathered in a step. */
    static int rows(CardSegment.Gathered gathered, int tokens) {
        Extent rows = gathered.rows();
        return rows.mode() == Extent.Mode.TOKENS ? Math.multiplyExact(rows.imm(), tokens)
                : rows.imm();
    }

    /**
     * Seconds of the host for a segment: the card that it has most to do with.
     *
     * @param sent bytes of the input, to each card
     * @param tokens CNT
     */
    public double seconds(CardSegment segment, long sent, int tokens) {
        double most = 0;
        int rows = rows(segment.gathered(), tokens);
        for (int card = 0; card < segment.cards().size(); card++) {
            int own = card;
            List<CardSegment.Slice> slices = segment.gathered().slices().stream()
                    .filter(s -> s.card() == own).toList();
            long read = slices.stream().mapToLong(s -> (long) rows * s.rowBytes()).sum();
            int cores = segment.cards().get(card).program().cores();
            most = Math.max(most, link.seconds(1 + TRANSFERS_OF_A_CORE * cores + slices.size(),
                    sent + read + cores * STEP_BYTES));
        }
        return most + link.startSeconds();
    }

    /**
     * The cost of a step, of the costs of its segments by card.
     *
     * @param segments costs of each card, by segment
     * @param exchange seconds of the host in the whole step
     */
    StepCost step(List<List<StepCost>> segments, double exchange) {
        int cards = segments.getFirst().size();
        double slowest = 0;
        double busy = 0;
        double joules = 0;
        long bytes = 0;
        var ops = new TreeMap<String, Double>();
        for (List<StepCost> costs : segments) {
            slowest += costs.stream().mapToDouble(StepCost::seconds).max().orElseThrow();
            for (StepCost cost : costs) {
                busy += cost.seconds();
                joules += cost.joules();
                bytes += cost.bytesMoved();
                cost.opSeconds().forEach((op, s) -> ops.merge(op, s, Double::sum));
            }
        }
        double seconds = slowest + exchange;
        // Cards that wait take what they take at rest.
        joules += board.energy().staticW() * (cards * seconds - busy);
        return new StepCost(Math.round(seconds * board.clockMHz() * 1e6), seconds, bytes,
                bytes / (board.hbmPeakGBps() * 1e9 * seconds * cards), joules,
                exchange > slowest ? "exchange between cards" : "cards", ops);
    }
}
