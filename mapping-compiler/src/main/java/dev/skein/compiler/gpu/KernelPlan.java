package dev.skein.compiler.gpu;

import java.util.List;
import java.util.Objects;

/**
 * What a device has to do for a model. Launches run one after the other, each after the one before
 * has ended.
 *
 * @param model its name, for messages
 * @param limits lengths
 * @param buffers all memory
 * @param tokens index of the buffer of the step's token ids, {@code [maxTokens] int32}
 * @param logits index of the buffer of the result, {@code [vocab] binary32}
 * @param decode launches of a step of one token
 * @param prefill launches of a step of any number of tokens
 * @param greedy what follows a step of which only the likeliest token is wanted
 */
public record KernelPlan(String model, Limits limits, List<PlanBuffer> buffers, int tokens,
        int logits, List<Launch> decode, List<Launch> prefill, Greedy greedy) {

    /**
     * The lengths a plan is made for.
     *
     * @param vocab ids of tokens
     * @param maxTokens most tokens of a step
     * @param maxContext positions of the cache
     */
    public record Limits(int vocab, int maxTokens, int maxContext) {}

    /**
     * The choice of the likeliest token.
     *
     * @param token index of the buffer of its id, {@code int32}
     * @param launches that read the logits
     */
    public record Greedy(int token, List<Launch> launches) {
        /** Copies the list. */
        public Greedy {
            launches = List.copyOf(launches);
        }
    }

    /** Copies the lists and checks that all arguments are buffers of this plan. */
    public KernelPlan {
        Objects.requireNonNull(model, "model");
        buffers = List.copyOf(buffers);
        decode = List.copyOf(decode);
        prefill = List.copyOf(prefill);
        Objects.checkIndex(tokens, buffers.size());
        Objects.checkIndex(logits, buffers.size());
        Objects.checkIndex(greedy.token(), buffers.size());
        for (List<Launch> launches : List.of(decode, prefill, greedy.launches())) {
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
