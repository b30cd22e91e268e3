package dev.skein.runtime.gpu;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model on a target.
 *
 * @param target its name
 * @param method how its times were found: {@code cycles} or {@code roofline}
 * @param cost of it; empty if the model does not fit
 * @param neededBytes of memory for weights, cache and what else the target keeps; 0 if not known
 * @param capacityBytes of the target's memory
 * @param priceUSD of the board, where its file states one
 * @param problem one line that says why there is no cost; empty if there is one
 */
public record TargetRow(String target, String method, Optional<Cost> cost, long neededBytes,
        long capacityBytes, OptionalDouble priceUSD, String problem) {

    /**
     * What a step costs.
     *
     * @param tokensPerSecond of all sequences
     * @param firstTokenSeconds of one prompt as long as the context
     * @param joulesPerToken estimated for boards, at most so many for GPUs
     * @param boundBy what bounds decode most
     * @param prefillBoundBy what bounds the prompt most
     */
    public record Cost(double tokensPerSecond, double firstTokenSeconds, double joulesPerToken,
            String boundBy, String prefillBoundBy) {}
}
