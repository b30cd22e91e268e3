package dev.skein.runtime.backend.cards;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.CardSplit;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An executable for several cards, taken apart.
 *
 * @param executable for all cards
 * @param splits of its programs
 * @param cards what each card holds, as an executable for one card
 */
public record Parts(Executable executable, Map<ServedProgram, CardSplit> splits,
        List<Executable> cards) {
    /** Copies the list. */
    public Parts {
        cards = List.copyOf(cards);
    }

    /**
     * Takes an executable apart.
     *
     * @param board of each card
     * @throws FpgaException if the exchange needs more DDR than a card has
     */
    public static Parts of(Executable executable, Board board) {
        int cards = executable.cards();
        var splits = new LinkedHashMap<ServedProgram, CardSplit>();
        for (ServedProgram p : executable.programs().programs()) {
            CardSplit split = CardSplit.of(p.program(), cards);
            requireRoom(executable, split, board);
            splits.put(p, split);
        }
        var parts = new ArrayList<Executable>();
        for (int card = 0; card < cards; card++) {
            int own = card;
            var programs = new ArrayList<ServedProgram>();
            splits.forEach((served, split) -> programs.add(new ServedProgram(served.phase(),
                    served.firstContext(), served.lastContext(), split.whole().get(own))));
            parts.add(new Executable(executable.header(), executable.cardBoard(),
                    executable.weights(), new ProgramSet(programs), executable.images(),
                    Stripes.of(board), executable.provenance()));
        }
        return new Parts(executable, splits, parts);
    }

    private static void requireRoom(Executable executable, CardSplit split, Board board) {
        Region exchange = split.whole().getFirst().program().regions().stream()
                .filter(r -> r.name().equals(CardSplit.REGION)).findFirst().orElseThrow();
        long has = board.memory(Memory.DDR, 0).capacityBytes();
        if (exchange.offset() + exchange.bytes() > has) {
            throw new FpgaException(executable.config().name() + " does not fit "
                    + executable.board() + ": tables and exchange need " + (exchange.offset()
                    + exchange.bytes()) + " bytes, the DDR of a card has " + has
                    + ": choose a smaller --context or fewer cards");
        }
    }
}
