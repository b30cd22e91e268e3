package dev.skein.runtime.attention;

import dev.skein.compiler.attention.HeadPlace;
import dev.skein.compiler.attention.Sightings;
import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Which pages of a drive SparF touches, on the scores that it had, and beside them on channels and
 * tokens drawn uniformly at random, as many and with the same local ones. Steps at which every
 * token is chosen do not count. Open groups are in a buffer and are no pages; full groups beyond
 * the channel-indexed pages are read to be scored.
 */
public final class PageTouches implements Sightings {
    private static final long SEED = 1;

    private final KvPages pages;
    private final Sparf sparf;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Counts real = new Counts();
    private final Counts uniform = new Counts();

    /**
     * No pages yet.
     *
     * @param pages of the heads
     * @param sparf by which they attend
     */
    public PageTouches(KvPages pages, Sparf sparf) {
        this.pages = pages;
        this.sparf = sparf;
    }

    /**
     * Shares of pages, 0 to 1.
     *
     * @param channelPages touched ones of the channel-indexed pages
     * @param tokenPages touched ones of the token-indexed pages of V, and of K for exact scores
     * @param ofDense all page reads over those of dense attention
     * @param meanRunTokens mean number of neighbours among the chosen tokens that are not local;
     *     0 if all are local
     */
    public record Shares(double channelPages, double tokenPages, double ofDense,
            double meanRunTokens) {
    }

    private static final class Counts {
        private long channelPages;
        private long allChannelPages;
        private long tailPages;
        private long groups;
        private long allGroups;
        private long tokens;
        private long runs;

        private Shares shares() {
            return new Shares((double) channelPages / allChannelPages, (double) groups / allGroups,
                    (channelPages + tailPages + 2.0 * groups) / (2.0 * allGroups),
                    runs == 0 ? 0 : (double) tokens / runs);
        }
    }

    /** Whether no step left out a token, or none had a full page. */
    public boolean isEmpty() {
        return real.allGroups == 0 || real.allChannelPages == 0;
    }

    /** The pages. */
    public KvPages pages() {
        return pages;
    }

    /** On the scores of the model. */
    public Shares real() {
        return real.shares();
    }

    /** On uniformly random selections. */
    public Shares uniform() {
        return uniform.shares();
    }

    @Override
    public void attended(HeadPlace place, int tokens, Chosen chosen) {
        if (chosen.channels().length == 0) {
            return;
        }
        count(real, tokens, set(chosen.channels()), set(chosen.tokens()));
        BitSet channels = drawn(new BitSet(), pages.headDim(), sparf.channels());
        BitSet rows = new BitSet();
        rows.set(tokens - sparf.local(), tokens);
        count(uniform, tokens, channels, drawn(rows, tokens - sparf.local(),
                sparf.tokens() - sparf.local()));
    }

    private static BitSet set(int[] indices) {
        var set = new BitSet();
        for (int i : indices) {
            set.set(i);
        }
        return set;
    }

    /** Adds {@code count} of the first {@code of} numbers. */
    private BitSet drawn(BitSet to, int of, int count) {
        for (int left = count; left > 0;) {
            int i = random.nextInt(of);
            if (!to.get(i)) {
                to.set(i);
                left--;
            }
        }
        return to;
    }

    private void count(Counts to, int tokens, BitSet channels, BitSet rows) {
        int spans = tokens / pages.spanTokens();
        int full = tokens / pages.groupTokens();
        to.channelPages += (long) spans * touched(channels, pages.pageChannels(),
                pages.pagesOfSpan());
        to.allChannelPages += (long) spans * pages.pagesOfSpan();
        to.tailPages += full - pages.indexedTokens(tokens) / pages.groupTokens();
        to.groups += touched(rows, pages.groupTokens(), full);
        to.allGroups += full;
        int older = tokens - sparf.local();
        for (int from = rows.nextSetBit(0); from >= 0 && from < older;) {
            int end = Math.min(older, rows.nextClearBit(from));
            to.tokens += end - from;
            to.runs++;
            from = rows.nextSetBit(end);
        }
    }

    /** Of the first {@code groups} groups of so many numbers, those with one that is set. */
    private static int touched(BitSet set, int perGroup, int groups) {
        int touched = 0;
        for (int i = set.nextSetBit(0); i >= 0 && i / perGroup < groups;) {
            touched++;
            i = set.nextSetBit((i / perGroup + 1) * perGroup);
        }
        return touched;
    }
}
