package dev.skein.runtime;

import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.device.Accelerator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Perplexity: exp of the mean negative log-likelihood, in nats, of every token after the first of
 * each document. Log-probabilities are computed in double from the device's binary32 logits.
 */
public final class Perplexity {
    private static final Pattern SEPARATOR =
            Pattern.compile("^<\\|endoftext\\|>[ \\t]*\\R?", Pattern.MULTILINE);

    /**
     * A result.
     *
     * @param perplexity exp of the mean negative log-likelihood
     * @param tokens how many tokens were scored
     */
    public record Result(double perplexity, int tokens) {}

    private final Accelerator device;
    private final int stride;
    private double nats;
    private int scored;

    /**
     * A measurement.
     *
     * @param stride tokens by which the window moves in documents longer than the context; each
     *     token is scored once, with at least context - stride tokens before it
     */
    public Perplexity(Accelerator device, int stride) {
        if (stride < 1 || stride > device.maxContext()) {
            throw new IllegalArgumentException("stride is " + stride + ", allowed: 1 to the context"
                    + " of " + device.maxContext());
        }
        this.device = device;
        this.stride = stride;
    }

    /** The documents of a text: separated by lines {@code <|endoftext|>}, stripped, not empty. */
    public static List<String> documents(String text) {
        return Stream.of(SEPARATOR.split(text)).map(String::strip).filter(d -> !d.isEmpty())
                .toList();
    }

    /** Ids with BOS first, also of tokenizers that do not add it of their own accord. */
    public static int[] withBos(Tokenizer tokenizer, String document) {
        int[] ids = tokenizer.encode(document);
        if (tokenizer.bos().isEmpty()) {
            return ids;
        }
        int[] all = new int[ids.length + 1];
        all[0] = tokenizer.bos().getAsInt();
        System.arraycopy(ids, 0, all, 1, ids.length);
        return all;
    }

    /**
     * Scores documents.
     *
     * @param documents ids with BOS first
     * @param progress is told the tokens scored so far
     */
    public Result run(List<int[]> documents, IntConsumer progress) {
        for (int[] document : documents) {
            score(document, progress);
        }
        if (scored == 0) {
            throw new IllegalArgumentException("the text has no token to score");
        }
        return new Result(Math.exp(nats / scored), scored);
    }

    private void score(int[] ids, IntConsumer progress) {
        int done = 0;
        for (int start = 0; done < ids.length - 1; start += stride) {
            int end = Math.min(ids.length - 1, start + device.maxContext());
            device.reset();
            for (int i = start; i < end; i++) {
                float[] logits = device.step(ids[i]).logits();
                if (i >= done) {
                    nats += negativeLogLikelihood(logits, ids[i + 1]);
                    done = i + 1;
                    progress.accept(++scored);
                }
            }
        }
    }

    static double negativeLogLikelihood(float[] logits, int token) {
        double max = Double.NEGATIVE_INFINITY;
        for (float x : logits) {
            max = Math.max(max, x);
        }
        double sum = 0;
        for (float x : logits) {
            sum += Math.exp(x - max);
        }
        return Math.log(sum) + max - logits[token];
    }
}
