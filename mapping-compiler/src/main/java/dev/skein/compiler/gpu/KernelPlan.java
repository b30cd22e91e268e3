package dev.skein.compiler.gpu;

import dev.skein.hls.isa.Span;
import java.util.List;
import java.util.Objects;

/**
 * What a device has to do for a model. Launches run one after the other, each after the one before
 * has ended.
 *
 * @param model its name, for messages
 * @param limits lengths
 * @param buffers all memory
 * @param inputs what a step writes before its launches
 * @param logits index of the buffer of the result, {@code [maxSequences, vocab] binary32}, rows in
 *     the order of {@link Inputs#outputs}
 * @param decode launches of a step of one token
 * @param prefill launches of a step of any number of tokens
 * @param sampling what follows a step of which only tokens are wanted
 * @param precision the mode its launches are of
 */
public record KernelPlan(String model, Limits limits, List<PlanBuffer> buffers, Inputs inputs,
        int logits, List<Launch> decode, List<Launch> prefill, Sampling sampling,
        Precision precision) {
    /** Positions of a page of the cache: a block of a span. */
    public static final int PAGE = Span.BLOCK;

    /**
     * The lengths a plan is made for.
     *
     * @param vocab ids of tokens
     * @param maxTokens most tokens of a step, of all sequences
     * @param maxContext most positions of a sequence
     * @param maxSequences most sequences of a step
     * @param pages of the cache, {@link #PAGE} positions each, which sequences share
     */
    public record Limits(int vocab, int maxTokens, int maxContext, int maxSequences, int pages) {
        /** Pages of a sequence that is as long as can be. */
        public int pagesPerSequence() {
            return Math.ceilDiv(maxContext, PAGE);
        }
    }

    /**
     * Buffers of int32 that describe a step, by index. Rows of a sequence follow each other in the
     * order of their positions.
     *
     * @param tokens {@code [maxTokens]}: id of each row
     * @param positions {@code [maxTokens]}: of each row in its sequence
     * @param sequences {@code [maxTokens]}: which sequence each row is of, below maxSequences
     * @param pages {@code [maxSequences, pagesPerSequence]}: where each sequence lies in the cache
     * @param outputs {@code [maxSequences]}: rows whose logits are wanted
     */
    public record Inputs(int tokens, int positions, int sequences, int pages, int outputs) {
        /** All of them. */
        public List<Integer> all() {
            return List.of(tokens, positions, sequences, pages, outputs);
        }
    }

    /**
     * The choice of the next tokens.
     *
     * @param tokens index of the buffer of their ids, {@code [maxSequences] int32}, in the order of
     *     {@link Inputs#outputs}
     * @param choices index of the buffer that says how they are chosen, {@code [maxSequences,
     *     CHOICE_WORDS] int32}: 1 / temperature as binary32, top-k, top-p in 2^-31, a random
     *     number of 64 bits, its low half first
     * @param greedy launches that find the likeliest, without choices
     * @param sampled launches that choose
     */
    public record Sampling(int tokens, int choices, List<Launch> greedy, List<Launch> sampled) {
        /** Of a row; CHOICE_WORDS in sampling.cl. */
        public static final int CHOICE_WORDS = 5;

        /** Copies the lists. */
        public Sampling {
            greedy = List.copyOf(greedy);
            sampled = List.copyOf(sampled);
        }
    }

    /** Copies the lists and checks that all arguments are buffers of this plan. */
    public KernelPlan {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(precision, "precision");
        buffers = List.copyOf(buffers);
        decode = List.copyOf(decode);
        prefill = List.copyOf(prefill);
        for (int input : inputs.all()) {
            Objects.checkIndex(input, buffers.size());
        }
        Objects.checkIndex(logits, buffers.size());
        Objects.checkIndex(sampling.tokens(), buffers.size());
        Objects.checkIndex(sampling.choices(), buffers.size());
        for (List<Launch> launches : List.of(decode, prefill, sampling.greedy(),
                sampling.sampled())) {
            for (Launch launch : launches) {
                for (Argument argument : launch.arguments()) {
                    if (argument instanceof Argument.Memory memory) {
                        Objects.checkIndex(memory.buffer(), buffers.size());
                    }
                }
            }
        }
    }

    /** All memory, bytes. */
    public long bytes() {
        return buffers.stream().mapToLong(PlanBuffer::bytes).sum();
    }
}
