package dev.skein.compiler.attention;

import dev.skein.hls.number.ArgTopK;
import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.DriveAttention.Attended;
import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sfu;
import dev.skein.hls.number.Sparf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * SparF (arXiv 2409.04992) by pages: scores from the channel-indexed copy of K, pages without a
 * chosen channel or token skipped, and only chosen columns and rows kept of the others. Tokens that
 * fill no channel-indexed page yet are scored from their token-indexed pages.
 */
final class SparfHead implements HeadAttention {
    private final Sparf sparf;
    private final KvPages pages;
    private final int headDim;
    /** Token-indexed pages, {@code [groupTokens, headDim]}; the last one may be open. */
    private final List<float[]> keys = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();
    /** Channel-indexed pages {@code [pageChannels, spanTokens]}, those of a span together. */
    private final List<float[][]> spans = new ArrayList<>();
    private final long[] sums;
    private int tokens;

    SparfHead(Sparf sparf, KvPages pages) {
        if (sparf.channels() > pages.headDim()) {
            throw new IllegalArgumentException("channels r: " + sparf.channels()
                    + "; a head has " + pages.headDim());
        }
        this.sparf = sparf;
        this.pages = pages;
        headDim = pages.headDim();
        sums = new long[headDim];
    }

    @Override
    public void append(short[] k, short[] v, int from) {
        int row = tokens % pages.groupTokens();
        if (row == 0) {
            keys.add(new float[pages.groupTokens() * headDim]);
            values.add(new float[pages.groupTokens() * headDim]);
        }
        HeadMath.widen(k, from, keys.getLast(), row * headDim, headDim);
        HeadMath.widen(v, from, values.getLast(), row * headDim, headDim);
        for (int c = 0; c < headDim; c++) {
            sums[c] += Half.toSteps(v[from + c]);
        }
        tokens++;
        if (tokens % pages.spanTokens() == 0) {
            spans.add(columns(tokens - pages.spanTokens()));
        }
    }

    /** The channel-indexed pages of the span that begins with that token. */
    private float[][] columns(int first) {
        float[][] out = new float[pages.pagesOfSpan()][
                pages.pageChannels() * pages.spanTokens()];
        for (int t = first; t < first + pages.spanTokens(); t++) {
            float[] group = keys.get(t / pages.groupTokens());
            for (int c = 0; c < headDim; c++) {
                out[c / pages.pageChannels()][pages.offsetByChannel(t, c) / Half.BYTES] =
                        group[pages.offsetByToken(t, c) / Half.BYTES];
            }
        }
        return out;
    }

    @Override
    public Attended attend(short[] queries) {
        float[][] q = HeadMath.heads(queries, headDim);
        if (sparf.isDense(tokens)) {
            int[] all = IntStream.range(0, tokens).toArray();
            float[] one = new float[q.length];
            Arrays.fill(one, 1f);
            return new Attended(HeadMath.results(mix(q, all)), new Chosen(new int[0], all, one));
        }
        int[] channels = ArgTopK.largest(HeadMath.magnitudes(q), headDim, sparf.channels());
        float[][] p = new float[q.length][];
        float[] shared = new float[tokens];
        for (int h = 0; h < q.length; h++) {
            p[h] = HeadMath.probabilities(approximateScores(q[h], channels),
                    HeadMath.factor(q[h], channels));
            for (int t = 0; t < tokens; t++) {
                shared[t] += p[h][t];
            }
        }
        int older = tokens - sparf.local();
        int[] best = ArgTopK.largest(shared, older, sparf.tokens() - sparf.local());
        int[] chosen = IntStream.concat(Arrays.stream(best), IntStream.range(older, tokens))
                .toArray();
        float[] alpha = new float[q.length];
        float[][] outputs = mix(q, chosen);
        float[] mean = HeadMath.mean(sums, tokens);
        for (int h = 0; h < q.length; h++) {
            float[] held = HeadMath.gather(p[h], chosen);
            alpha[h] = Math.min(1f, Sfu.reduceSum(held, held.length));
            for (int c = 0; c < headDim; c++) {
                outputs[h][c] = alpha[h] * outputs[h][c] + (1f - alpha[h]) * mean[c];
            }
        }
        return new Attended(HeadMath.results(outputs), new Chosen(channels, chosen, alpha));
    }

    private float[] approximateScores(float[] query, int[] channels) {
        float[] scores = new float[tokens];
        int span = pages.spanTokens();
        for (int s = 0; s < spans.size(); s++) {
            float[] lanes = new float[Sfu.LANES * span];
            for (int n = 0; n < channels.length; n++) {
                float[] page = spans.get(s)[channels[n] / pages.pageChannels()];
                int column = channels[n] % pages.pageChannels() * span;
                int lane = n % Sfu.LANES * span;
                for (int t = 0; t < span; t++) {
                    lanes[lane + t] += query[channels[n]] * page[column + t];
                }
            }
            System.arraycopy(HeadMath.tree(lanes, span), 0, scores, s * span, span);
        }
        float[] products = new float[channels.length];
        for (int t = pages.indexedTokens(tokens); t < tokens; t++) {
            float[] group = keys.get(t / pages.groupTokens());
            for (int n = 0; n < channels.length; n++) {
                products[n] = query[channels[n]]
                        * group[pages.offsetByToken(t, channels[n]) / Half.BYTES];
            }
            scores[t] = Sfu.reduceSum(products, products.length);
        }
        return scores;
    }

    /** Attends to the rows that the filters keep. */
    private float[][] mix(float[][] queries, int[] chosen) {
        float[] k = new float[chosen.length * headDim];
        float[] v = new float[chosen.length * headDim];
        for (int n = 0; n < chosen.length; n++) {
            int group = chosen[n] / pages.groupTokens();
            int row = chosen[n] % pages.groupTokens() * headDim;
            System.arraycopy(keys.get(group), row, k, n * headDim, headDim);
            System.arraycopy(values.get(group), row, v, n * headDim, headDim);
        }
        return HeadMath.mix(queries, k, v, chosen.length).outputs();
    }
}
