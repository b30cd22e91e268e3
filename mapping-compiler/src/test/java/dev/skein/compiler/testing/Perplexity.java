package dev.skein.compiler.testing;

import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.compiler.ir.Interpreter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/** Perplexity on {@code text/tinystories_5.txt}, as {@code golden/perplexity.json} defines it. */
public record Perplexity(double value, int tokens) {

    /** The documents as token ids, BOS first. */
    public static List<int[]> documents(Tokenizer tokenizer) {
        try {
            String text = Files.readString(SharedData.file("text/tinystories_5.txt"));
            return Arrays.stream(text.split("<\\|endoftext\\|>")).map(String::strip)
                    .filter(d -> !d.isEmpty()).map(tokenizer::encodeWithBos).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Scores every token after BOS. */
    public static Perplexity of(Interpreter interpreter, List<int[]> documents) {
        double nats = 0;
        int scored = 0;
        for (int[] document : documents) {
            interpreter.reset();
            int rows = document.length - 1;
            float[] logits = interpreter.stepAll(Arrays.copyOf(document, rows));
            int vocab = logits.length / rows;
            for (int i = 0; i < rows; i++) {
                nats -= logProbability(logits, i * vocab, vocab, document[i + 1]);
                scored++;
            }
        }
        return new Perplexity(Math.exp(nats / scored), scored);
    }

    private static double logProbability(float[] logits, int at, int vocab, int token) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < vocab; j++) {
            max = Math.max(max, logits[at + j]);
        }
        double sum = 0;
        for (int j = 0; j < vocab; j++) {
            sum += Math.exp(logits[at + j] - max);
        }
        return logits[at + token] - max - Math.log(sum);
    }
}
