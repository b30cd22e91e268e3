package dev.skein.hls.isa;

/** Element-wise functions of the SFU; the arithmetic is in {@code docs/numbers.md}. */
public enum EwiseFunction {
    /** a. */
    COPY,
    /** a + b. */
    ADD,
    /** a * b. */
    MUL,
    /** max(a, 0). */
    RELU,
    /** a / (1 + exp(-a)). */
    SILU,
    /** 0.5 a (1 + tanh(sqrt(2/pi) (a + 0.044715 a^3))). */
    GELU_TANH,
    /** 0.5 a (1 + erf(a / sqrt 2)). */
    GELU_ERF,
    /** silu(a) * b: the gate of SwiGLU. */
    SILU_MUL;

    /** Whether b is read. */
    public boolean binary() {
        return this == ADD || this == MUL || this == SILU_MUL;
    }
}
