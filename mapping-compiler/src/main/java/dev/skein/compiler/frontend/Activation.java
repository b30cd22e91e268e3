package dev.skein.compiler.frontend;

/** The non-linear function between the two layers of a feed-forward block. */
public enum Activation {
    /** {@code x * sigmoid(x)}, also called swish (LLaMA, Mistral, Qwen). */
    SILU,
    /** {@code max(x, 0)} (OPT). */
    RELU,
    /** GELU by its tanh approximation, {@code gelu_new} (GPT-2). */
    GELU_TANH,
    /** GELU by the error function, {@code gelu}. */
    GELU_ERF
}
