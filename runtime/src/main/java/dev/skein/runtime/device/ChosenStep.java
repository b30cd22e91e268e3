package dev.skein.runtime.device;

import java.util.Optional;

/**
 * Result of a step of which only a token is wanted.
 *
 * @param token id that the step's {@link Choice} takes
 * @param cost what the step costs on the target, where the device knows it
 */
public record ChosenStep(int token, Optional<StepCost> cost) {}
