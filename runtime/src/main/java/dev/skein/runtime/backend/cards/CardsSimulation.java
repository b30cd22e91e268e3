package dev.skein.runtime.backend.cards;

import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.CardSegment;
import dev.skein.hls.isa.CardSplit;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Steps on several cards in time alone: each card's segments cycle by cycle, and the exchange. */
public final class CardsSimulation {
    private final ProgramSet programs;
    private final int cards;
    private final Exchange exchange;
    private final Map<ServedProgram, CardSplit> splits = new HashMap<>();

    /**
     * What a step takes.
     *
     * @param segments it has
     * @param cardSeconds of the slowest card of each segment, summed
     * @param exchangeSeconds of the host between segments
     * @param joules of all cards, while they wait too
     * @param bytesMoved physical bytes off chip, all cards
     */
    public record Times(int segments, double cardSeconds, double exchangeSeconds, double joules,
            long bytesMoved) {
        /** All of it. */
        public double seconds() {
            return cardSeconds + exchangeSeconds;
        }

        /** This and another step. */
        public Times plus(Times o) {
            return new Times(segments + o.segments, cardSeconds + o.cardSeconds,
                    exchangeSeconds + o.exchangeSeconds, joules + o.joules,
                    bytesMoved + o.bytesMoved);
        }
    }

    /** Programs for so many cards of a board. */
    public CardsSimulation(ProgramSet programs, Board board, int cards) {
        this.programs = programs;
        this.cards = cards;
        this.exchange = Exchange.of(board);
    }

    /**
     * Simulates a step.
     *
     * @param position POS
     * @param tokens CNT
     */
    public Times step(int position, int tokens) {
        ServedProgram served = programs.of(position, tokens);
        List<CardSegment> segments = splits.computeIfAbsent(served,
                s -> CardSplit.of(s.program(), cards)).segments();
        double slowest = 0;
        double busy = 0;
        double joules = 0;
        double host = 0;
        long bytes = 0;
        long sent = 4L * tokens;
        for (CardSegment segment : segments) {
            double most = 0;
            for (VerifiedProgram program : segment.cards()) {
                CycleReport report = new CycleMachine(program, exchange.board(), Values.NONE)
                        .run(position, tokens);
                most = Math.max(most, report.seconds());
                busy += report.seconds();
                joules += report.joules();
                bytes += report.bytesMoved();
            }
            slowest += most;
            host += exchange.seconds(segment, sent, tokens);
            sent = (long) Exchange.rows(segment.gathered(), tokens)
                    * segment.gathered().rowBytes();
        }
        joules += exchange.board().energy().staticW() * (cards * (slowest + host) - busy);
        return new Times(segments.size(), slowest, host, joules, bytes);
    }
}
