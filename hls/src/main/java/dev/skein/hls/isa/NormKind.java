package dev.skein.hls.isa;

/** Which normalisation a {@link Instruction.Norm} does. */
public enum NormKind {
    /** x / sqrt(mean(x^2) + eps) * w. */
    RMS,
    /** (x - mean) / sqrt(var + eps) * w + b. */
    LAYER
}
