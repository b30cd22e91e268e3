package dev.skein.sim.storage;

import java.util.List;

/** Which pages attention touches, given a selection, and what the engine does with them. */
public interface Attention {

    /**
     * The work on one head of one sequence.
     *
     * @param layout where its pages lie
     * @param head number of the head among all of a run, from 0
     * @param context cached tokens; those in no full page are in the group buffer
     * @param queries query heads that share the head's keys and values
     */
    List<Phase> phases(KvLayout layout, int head, int context, int queries);

    /** Everything is read. */
    record Dense() implements Attention {
        @Override
        public List<Phase> phases(KvLayout layout, int head, int context, int queries) {
            int groups = context / layout.groupTokens();
            var logit = new PageSet();
            var attend = new PageSet();
            for (int g = 0; g < groups; g++) {
                var place = new KvLayout.Place(head, g, groups);
                layout.addGroup(logit, place, false, layout.groupTokens());
                layout.addGroup(attend, place, true, layout.groupTokens());
            }
            return List.of(new Phase(FlashOperation.READ, 0, logit, attend, queries * context,
                    buffered(layout, context)));
        }
    }

    /** The tokens of the last, open group, and the current one. */
    private static Phase.Buffered buffered(KvLayout layout, int context) {
        int values = (context % layout.groupTokens() + 1) * layout.headDim();
        return new Phase.Buffered(values * KvLayout.VALUE_BYTES, values, true);
    }

    /**
     * SparF: the r largest entries of q, scores from the entry-indexed copy of K, the k tokens of
     * the largest scores, those alone. Tokens that do not fill a page of entries yet are scored
     * from the token-indexed pages.
     *
     * @param r entries of q
     * @param k tokens
     * @param local most recent tokens that are among them in any case
     * @param entriesPerPage of an entry-indexed page
     * @param choice which entries and tokens; this is time, not values
     */
    record SparF(int r, int k, int local, int entriesPerPage, Choice choice)
            implements Attention {

        /** Refuses what has no meaning. */
        public SparF {
            if (r < 1 || k < 1 || local < 0 || local > k || entriesPerPage < 1) {
                throw new IllegalArgumentException("SparF with r=" + r + ", k=" + k + ", local="
                        + local + ", entries per page=" + entriesPerPage
                        + "; r and k are at least 1, local is 0 to k");
            }
        }

        @Override
        public List<Phase> phases(KvLayout layout, int head, int context, int queries) {
            int dim = layout.headDim();
            int kept = Math.min(r, dim);
            Choice.Draw draw = choice.draw(head);
            var scored = new PageSet();
            int perPage = layout.entryPageTokens(entriesPerPage);
            int blocks = context / perPage;
            int[] entries = draw.entries(dim, kept, entriesPerPage);
            int pages = blocks * entries.length;
            for (int b = 0; b < blocks; b++) {
                for (int e = 0; e < entries.length; e++) {
                    if (entries[e] > 0) {
                        layout.addEntries(scored, new KvLayout.Place(head,
                                b * entries.length + e, pages), entries[e], perPage);
                    }
                }
            }
            int groups = context / layout.groupTokens();
            for (int g = blocks * perPage / layout.groupTokens(); g < groups; g++) {
                layout.addTail(scored, new KvLayout.Place(head, g, groups), kept);
            }
            Phase.Buffered open = buffered(layout, context);
            var first = new Phase(FlashOperation.READ, dim, scored, PageSet.EMPTY,
                    queries * context, new Phase.Buffered(open.bytes(), open.values(), false));
            int[] rows = draw.tokens(context, Math.min(k, context), local, layout.groupTokens());
            var logit = new PageSet();
            var attend = new PageSet();
            for (int g = 0; g < groups; g++) {
                if (rows[g] > 0) {
                    var place = new KvLayout.Place(head, g, groups);
                    layout.addGroup(logit, place, false, rows[g]);
                    layout.addGroup(attend, place, true, rows[g]);
                }
            }
            return List.of(first, new Phase(FlashOperation.READ, context, logit, attend,
                    queries * Math.min(k, context), open));
        }
    }
}
