package dev.skein.hls.isa;

/** Off-chip memories as a core addresses them. */
public enum Memory {
    /** The core's group of HBM pseudo-channels, striped; weights and KV cache. */
    HBM,
    /** The core's single HBM pseudo-channel for parameters. */
    PARAM,
    /** DDR4, shared by all cores: tables, token ids, logits, instructions. */
    DDR
}
