package dev.skein.hls.isa;

/** Which elements of a head form a rotated pair. */
public enum RopeStyle {
    /** (2i, 2i + 1): llama2.c, GGUF llama. */
    INTERLEAVED,
    /** (i, i + rotaryDim / 2): Hugging Face. */
    HALF
}
