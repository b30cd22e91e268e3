package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import java.util.ArrayList;
import java.util.List;

/**
 * What a drive does for one layer of one decode step: an attend command for each sequence.
 *
 * @param attention which pages
 * @param batch sequences
 * @param kvHeads of the layer that are on this drive
 * @param queries query heads that share each of them
 * @param headDim values of a head
 * @param context cached tokens of each sequence
 */
public record AttentionStep(Attention attention, int batch, int kvHeads, int queries, int headDim,
        int context) {

    /** The commands, in order. */
    public List<Command> commands(Drive drive) {
        return commands(drive, batch);
    }

    /** The first so many commands. */
    List<Command> commands(Drive drive, int count) {
        var layout = new KvLayout(drive.flash().geometry(), headDim);
        long q = (long) kvHeads * queries * headDim * KvLayout.VALUE_BYTES;
        long kv = 2L * kvHeads * headDim * KvLayout.VALUE_BYTES;
        var out = new ArrayList<Command>();
        for (int sequence = 0; sequence < count; sequence++) {
            int first = sequence * kvHeads;
            out.add(new Command(q + kv, q, kvHeads,
                    h -> attention.phases(layout, first + h, context, queries)));
        }
        return out;
    }

    /** Pages that one head reads, as its first one does. */
    int pagesPerHead(Drive drive) {
        var layout = new KvLayout(drive.flash().geometry(), headDim);
        return Math.max(1, attention.phases(layout, 0, context, queries).stream()
                .mapToInt(Phase::size).sum());
    }
}
