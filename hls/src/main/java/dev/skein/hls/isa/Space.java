package dev.skein.hls.isa;

/** On-chip buffers of one core, byte addressed. */
public enum Space {
    /** Activations: binary32 and int8 vectors, scores. */
    ACT,
    /** Weights and KV tiles, used as a ring or as halves for double buffering. */
    WGT,
    /** Parameters: norm weights, biases, position and RoPE rows. */
    PAR
}
