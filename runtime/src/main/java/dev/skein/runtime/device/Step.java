package dev.skein.runtime.device;

import java.util.Optional;

/**
 * Result of a step.
 *
 * @param logits {@code [vocab]} after the last token
 * @param cost what the step costs on the target, where the device knows it
 */
public record Step(float[] logits, Optional<StepCost> cost) {}
