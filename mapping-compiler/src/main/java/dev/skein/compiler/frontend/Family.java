package dev.skein.compiler.frontend;

/**
 * The published architecture a model follows. It decides how its files name their tensors; what
 * the model computes is in the other fields of {@link ModelConfig}.
 */
public enum Family {
    /** RMSNorm, RoPE, SwiGLU, no biases: LLaMA 1 to 3, SmolLM2, TinyLlama. */
    LLAMA,
    /** As LLaMA, with a sliding window. */
    MISTRAL,
    /** As LLaMA, with biases on q, k and v: Qwen2 and Qwen2.5. */
    QWEN2,
    /** As LLaMA, with RMSNorm on each head of q and k. */
    QWEN3,
    /** LayerNorm, learned positions offset by 2, biases, ReLU. */
    OPT,
    /** LayerNorm, learned positions, biases, GELU; also minGPT. */
    GPT2
}
