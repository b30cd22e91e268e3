package dev.skein.runtime.device;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A model loaded on a device, with many sequences in a KV cache of pages that they share. Who calls
 * it says which page holds what; nothing is moved or freed here. Not safe for use by several
 * threads.
 */
public interface BatchAccelerator extends AutoCloseable {

    /** How much goes into a step. */
    BatchLimits limits();

    /**
     * Appends tokens to sequences. A sequence starts anew where its part begins at position 0.
     *
     * @param parts one a sequence, as {@link BatchLimits#require} wants them
     * @return logits after the last token of each part that wants them, {@code [vocab]}, in their
     *     order
     */
    List<float[]> step(List<BatchPart> parts);

    /**
     * The same where only the next tokens are asked for, which a device may choose itself instead
     * of handing out all logits.
     *
     * @param choices one for each part that wants logits, in their order
     * @return the token for each of them
     */
    default int[] stepChosen(List<BatchPart> parts, List<Choice> choices) {
        Choice.require(parts, choices);
        List<float[]> logits = step(parts);
        return IntStream.range(0, choices.size()).map(i -> choices.get(i).of(logits.get(i)))
                .toArray();
    }

    /** One line for people. */
    String description();

    /** Releases the device. */
    @Override
    void close();
}
