package dev.skein.compiler.ir;

/**
 * Attention with a cache of its own, in place of the interpreter's: another place for keys and
 * values, another arithmetic, or only a part of the tokens. It holds one sequence.
 */
public interface CachedAttention {

    /**
     * Appends tokens to the cache of a layer, one after another, and attends for each of them to
     * those before it and itself.
     *
     * @param op whose layer, heads and sizes these are
     * @param position tokens that the layer's cache has
     * @param rows tokens to append, at least one
     * @param q {@code [rows, heads, headDim]}
     * @param k {@code [rows, kvHeads, headDim]}
     * @param v {@code [rows, kvHeads, headDim]}
     * @return {@code [rows, heads, headDim]}
     * @throws IllegalArgumentException in one sentence, if this cannot be attended to; the
     *     sequence has then to be forgotten
     */
    float[] attend(Op.Attention op, int position, int rows, float[] q, float[] k, float[] v);

    /** Forgets the sequence. */
    void reset();
}
