package dev.skein.runtime;

import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** What models cost on the same simulated board, each doing the same amount of work. */
public final class Comparison {
    private final String target;
    private final OptionalInt context;
    private final String prompt;
    private final int tokens;
    private final List<String> documents;

    /**
     * A model with its weight scheme.
     *
     * @param spec model file, folder or name
     * @param weights scheme; by default the one the model has or a board's default
     */
    public record Candidate(String spec, Optional<String> weights) {
        /** Of {@code MODEL} or {@code MODEL=SCHEME}. */
        public static Candidate parse(String text) {
            int at = text.lastIndexOf('=');
            return at < 0 ? new Candidate(text, Optional.empty())
                    : new Candidate(text.substring(0, at), Optional.of(text.substring(at + 1)));
        }
    }

    /**
     * A model's line.
     *
     * @param weights scheme
     * @param perplexity of the text; empty without one
     * @param prefill totals of the steps that read the prompt
     * @param decode totals of the steps that read generated tokens
     * @param text what was written
     */
    public record Row(String model, String weights, OptionalDouble perplexity, PhaseTotals prefill,
            PhaseTotals decode, String text) {
        /** Estimated energy of a decoded token on the board, J. */
        public double joulesPerToken() {
            return decode.joules() / Math.max(1, decode.tokens());
        }

        /** Physical bytes moved off chip for a decoded token. */
        public double bytesPerToken() {
            return (double) decode.bytesMoved() / Math.max(1, decode.tokens());
        }
    }

    /**
     * The work.
     *
     * @param target board
     * @param context most tokens of a sequence; by default what a model allows
     * @param prompt text to continue
     * @param tokens how many are generated, greedily; the end of a text is passed over, so that
     *     all models do the same number of steps
     * @param text for the perplexity, documents parted by {@code <|endoftext|>} lines
     */
    public Comparison(String target, OptionalInt context, String prompt, int tokens,
            Optional<String> text) {
        this.target = target;
        this.context = context;
        this.prompt = prompt;
        this.tokens = tokens;
        documents = text.map(Perplexity::documents).orElse(List.of());
    }

    /** Runs one model: cycle by cycle, and for the perplexity without timing. */
    public Row measure(Candidate candidate) throws IOException {
        OptionalDouble perplexity = documents.isEmpty() ? OptionalDouble.empty()
                : OptionalDouble.of(perplexity(candidate));
        try (LoadedModel loaded = load(candidate, Timing.CYCLE)) {
            int[] ids = loaded.tokenizer().encodeWithBos(prompt);
            GenerationResult result = new Generation(loaded.accelerator(),
                    new Sampler(Sampler.Options.GREEDY), Set.of()).run(ids, tokens, _ -> { });
            return new Row(loaded.header().config().name(), loaded.weights(), perplexity,
                    result.prefill(), result.decode(), loaded.tokenizer().decode(result.tokens()));
        }
    }

    private double perplexity(Candidate candidate) throws IOException {
        try (LoadedModel loaded = load(candidate, Timing.FUNCTIONAL)) {
            List<int[]> ids = documents.stream().map(loaded.tokenizer()::encodeWithBos).toList();
            int stride = Math.max(1, loaded.accelerator().maxContext() / 2);
            return new Perplexity(loaded.accelerator(), stride).run(ids, _ -> { }).perplexity();
        }
    }

    private LoadedModel load(Candidate candidate, Timing timing) throws IOException {
        return new Loader(new LoadOptions(DeviceKind.SIM, timing, target, candidate.weights,
                context), _ -> { }).load(candidate.spec);
    }
}
