package dev.skein.runtime.device;

import java.util.Optional;

/**
 * Result of a step of which only the likeliest token is wanted.
 *
 * @param token id of the largest logit, the first of equals
 * @param cost what the step costs on the target, where the device knows it
 */
public record GreedyStep(int token, Optional<StepCost> cost) {}
