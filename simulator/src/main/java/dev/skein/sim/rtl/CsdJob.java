package dev.skein.sim.rtl;

import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import java.nio.ByteBuffer;

/**
 * A head for the attention kernel: {@code Job} of {@code csd/descriptor.h}.
 *
 * @param steps {@link #CHOOSE_CHANNELS}, {@link #CHOOSE_TOKENS}, {@link #ATTEND}, or several
 * @param queryHeads that share the head
 * @param tokens of the cache
 * @param indexedTokens of them, in channel-indexed pages
 * @param sparf how much of the cache is looked at
 * @param layout of its pages
 * @param places of the rest
 */
public record CsdJob(int steps, int queryHeads, int tokens, int indexedTokens, Sparf sparf,
        KvPages layout, Places places) {
    /** By the magnitudes of the queries. */
    public static final int CHOOSE_CHANNELS = 1;

    /** By approximate scores. */
    public static final int CHOOSE_TOKENS = 2;

    /** To the chosen tokens. */
    public static final int ATTEND = 4;

    /** All of them, in one call. */
    public static final int ALL = CHOOSE_CHANNELS | CHOOSE_TOKENS | ATTEND;

    static final int BYTES = 128;

    private static final int VERSION = 1;

    /**
     * Where things lie: tables in words of the table buffer, the others in beats of the vectors.
     *
     * @param keyTable page of each token group of K
     * @param valueTable page of each token group of V
     * @param channelTable page of each span and group of channels
     * @param queries {@code [queryHeads, headDim]}
     * @param valueSums {@code [headDim] int64}
     * @param outputs as the queries
     * @param selection alpha, channels and tokens
     */
    public record Places(int keyTable, int valueTable, int channelTable, int queries,
            int valueSums, int outputs, int selection) {
    }

    /** The same with other steps. */
    public CsdJob withSteps(int others) {
        return new CsdJob(others, queryHeads, tokens, indexedTokens, sparf, layout, places);
    }

    /** Tokens that the kernel chooses. */
    public int chosenTokens() {
        return Math.min(sparf.tokens(), tokens);
    }

    /** Writes the descriptor. */
    void write(ByteBuffer to) {
        int end = to.position() + BYTES;
        int[] words = {VERSION, steps, layout.headDim(), queryHeads, tokens, sparf.channels(),
            sparf.tokens(), sparf.local(), layout.pageBytes() / KvPages.BEAT_BYTES,
            layout.groupTokens(), layout.pageChannels(), layout.spanTokens(), indexedTokens,
            places.keyTable(), places.valueTable(), places.channelTable(), places.queries(),
            places.valueSums(), places.outputs(), places.selection()};
        for (int word : words) {
            to.putInt(word);
        }
        while (to.position() < end) {
            to.putInt(0);
        }
    }
}
