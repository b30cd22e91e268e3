package dev.skein.runtime.batch;

import dev.skein.runtime.device.BatchAccelerator;
import dev.skein.runtime.device.BatchLimits;
import dev.skein.runtime.device.BatchPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model on paper: its cache has the tokens themselves, in pages, and its logits are a hash of all
 * that a sequence reads there. Whoever reads a page of somebody else gets other tokens.
 */
final class PaperDevice implements BatchAccelerator {
    private final BatchLimits limits;
    private final int[][] cache;
    private final List<List<BatchPart>> steps = new ArrayList<>();

    PaperDevice(BatchLimits limits) {
        this.limits = limits;
        cache = new int[limits.pages()][BatchLimits.PAGE];
        for (int[] page : cache) {
            Arrays.fill(page, -1);
        }
    }

    List<List<BatchPart>> steps() {
        return steps;
    }

    @Override
    public BatchLimits limits() {
        return limits;
    }

    @Override
    public List<float[]> step(List<BatchPart> parts) {
        limits.require(parts);
        Set<Integer> pages = new HashSet<>();
        for (BatchPart part : parts) {
            for (int page : part.pages()) {
                if (!pages.add(page)) {
                    throw new IllegalStateException("two sequences have page " + page);
                }
            }
            for (int i = 0; i < part.tokens().length; i++) {
                int at = part.position() + i;
                cache[part.pages()[at / BatchLimits.PAGE]][at % BatchLimits.PAGE] =
                        part.tokens()[i];
            }
        }
        steps.add(List.copyOf(parts));
        return parts.stream().filter(BatchPart::wanted).map(this::read).toList();
    }

    private float[] read(BatchPart part) {
        int[] tokens = new int[part.end()];
        Arrays.setAll(tokens, i ->
                cache[part.pages()[i / BatchLimits.PAGE]][i % BatchLimits.PAGE]);
        return logits(tokens, limits.vocab());
    }

    /** One that is 1, where the hash says. */
    private static float[] logits(int[] tokens, int vocab) {
        float[] logits = new float[vocab];
        logits[Math.floorMod(Arrays.hashCode(tokens) * 0x9e3779b1 >>> 7, vocab)] = 1;
        return logits;
    }

    /** What a prompt gets alone. */
    int[] expected(BatchRequest request, Set<Integer> endOfText) {
        int[] tokens = request.prompt();
        int most = Math.min(limits.maxContext() + 1, tokens.length + request.maxNew());
        while (tokens.length < most) {
            float[] logits = logits(tokens, limits.vocab());
            int token = 0;
            while (logits[token] == 0) {
                token++;
            }
            if (endOfText.contains(token)) {
                break;
            }
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = token;
        }
        return Arrays.copyOfRange(tokens, request.prompt().length, tokens.length);
    }

    @Override
    public String description() {
        return "paper";
    }

    @Override
    public void close() {
    }
}
