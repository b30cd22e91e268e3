package dev.skein.compiler.frontend;

import dev.skein.compiler.ir.Spans;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The shape of a decoder-only transformer and what each of its parts computes; all that is known
 * of a model without its weights. Every instance is consistent: the constructors refuse, with an
 * {@link IllegalArgumentException} of one line, what no supported model has, so that products of
 * these numbers fit in a {@code long}.
 *
 * @param name for messages and reports
 * @param family how its files name their tensors
 * @param vocabSize rows of the embedding {@code [vocabSize, hiddenSize]}, padding included
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param maxPositions longest context in tokens; for a model with a sliding window not more than
 *     the window, within which it is ordinary attention
 * @param attention shape of attention, the same in every block
 * @param mlp shape of the feed-forward part, the same in every block
 * @param norm the normalisation before attention, before the feed-forward part and at the end
 * @param positions how positions enter
 * @param tiedEmbeddings whether the output head is the embedding
 * @param special beginning and end of text
 * @param attentionSpans the spans of each block if the model was trained with block-sparse
 *     attention; empty if every token sees all before it
 */
public record ModelConfig(String name, Family family, int vocabSize, int hiddenSize, int layers,
                          int maxPositions, Attention attention, Mlp mlp, Norm norm,
                          Positions positions, boolean tiedEmbeddings, SpecialTokens special,
                          List<Spans> attentionSpans) {

    /** Limits, sized from the largest published models with room above. */
    public static final int MAX_VOCAB = 1 << 20;
    static final int MAX_WIDTH = 1 << 20;
    static final int MAX_LAYERS = 1024;
    static final int MAX_HEADS = 4096;
    static final int MAX_HEAD_DIM = 4096;
    static final int MAX_POSITIONS = 1 << 24;

    /** A model with dense attention. */
    public ModelConfig(String name, Family family, int vocabSize, int hiddenSize, int layers,
                       int maxPositions, Attention attention, Mlp mlp, Norm norm,
                       Positions positions, boolean tiedEmbeddings, SpecialTokens special) {
        this(name, family, vocabSize, hiddenSize, layers, maxPositions, attention, mlp, norm,
                positions, tiedEmbeddings, special, List.of());
    }

    /** The same model with other spans. */
    public ModelConfig withAttentionSpans(List<Spans> spans) {
        return new ModelConfig(name, family, vocabSize, hiddenSize, layers, maxPositions,
                attention, mlp, norm, positions, tiedEmbeddings, special, spans);
    }

    public ModelConfig {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(norm, "norm");
        Checks.range("vocabulary size", vocabSize, 1, MAX_VOCAB);
        Checks.range("hidden size", hiddenSize, 1, MAX_WIDTH);
        Checks.range("number of layers", layers, 1, MAX_LAYERS);
        Checks.range("number of positions", maxPositions, 1, MAX_POSITIONS);
        special.requireBelow(vocabSize);
        if (positions instanceof Positions.Rope rope && rope.rotaryDim() > attention.headDim()) {
            throw new IllegalArgumentException("rotary dimension " + rope.rotaryDim()
                    + " exceeds the head dimension " + attention.headDim());
        }
        Objects.requireNonNull(mlp, "mlp");
        attentionSpans = List.copyOf(attentionSpans);
        boolean one = attentionSpans.stream().allMatch(
                spans -> spans.heads().size() == attention.kvHeads());
        if (!attentionSpans.isEmpty() && (attentionSpans.size() != layers || !one)) {
            throw new IllegalArgumentException("attention spans: one for each of "
                    + attention.kvHeads() + " key/value heads of each of " + layers
                    + " blocks, or none");
        }
    }

    /**
     * Grouped-query attention: {@code heads / kvHeads} query heads share a key and value head.
     *
     * @param heads query heads
     * @param kvHeads key and value heads, a divisor of {@code heads}
     * @param headDim width of one head; {@code heads * headDim} need not be the hidden size
     * @param qkvBias whether q, k and v have biases
     * @param outBias whether the output projection has a bias
     * @param qkNorm whether each head of q and k is RMS-normalised before RoPE (Qwen3)
     */
    public record Attention(int heads, int kvHeads, int headDim, boolean qkvBias,
                            boolean outBias, boolean qkNorm) {
        public Attention {
            Checks.range("number of attention heads", heads, 1, MAX_HEADS);
            Checks.range("number of key/value heads", kvHeads, 1, heads);
            Checks.range("head dimension", headDim, 1, MAX_HEAD_DIM);
            if (heads % kvHeads != 0) {
                throw new IllegalArgumentException("number of attention heads " + heads
                        + " is no multiple of the number of key/value heads " + kvHeads);
            }
        }

        /** Width of q and of the output projection's input. */
        public int qWidth() {
            return Math.multiplyExact(heads, headDim);
        }

        /** Width of k, and of v. */
        public int kvWidth() {
            return Math.multiplyExact(kvHeads, headDim);
        }

        /** Query heads that share one key and value head. */
        public int groupSize() {
            return heads / kvHeads;
        }
    }

    /**
     * The feed-forward part.
     *
     * @param intermediateSize width between its layers
     * @param activation function applied to {@code gate(x)}, or to {@code up(x)} without a gate
     * @param gated {@code down(activation(gate(x)) * up(x))} instead of
     *     {@code down(activation(up(x)))}
     * @param bias whether its projections have biases
     */
    public record Mlp(int intermediateSize, Activation activation, boolean gated, boolean bias) {
        public Mlp {
            Checks.range("intermediate size", intermediateSize, 1, MAX_WIDTH);
            Objects.requireNonNull(activation, "activation");
        }
    }

    /**
     * Normalisation over the hidden size.
     *
     * @param epsilon added to the mean square or the variance; binary32, as it is computed with
     */
    public record Norm(Kind kind, float epsilon) {

        /** What is normalised away. */
        public enum Kind {
            /** Root mean square, with a weight. */
            RMS,
            /** Mean and variance, with a weight and a bias. */
            LAYER
        }

        public Norm {
            Objects.requireNonNull(kind, "norm kind");
            Checks.atLeast("norm epsilon", epsilon, 0);
            if (epsilon > 1) {
                throw new IllegalArgumentException("norm epsilon is " + epsilon
                        + ", allowed are 0 to 1");
            }
        }

        /** Whether the norm has a bias beside its weight. */
        public boolean bias() {
            return kind == Kind.LAYER;
        }
    }

    /**
     * Ids with a meaning of their own.
     *
     * @param bos beginning of text, if any
     * @param eos ids that end a text; possibly empty
     */
    public record SpecialTokens(OptionalInt bos, List<Integer> eos) {

        /** Neither. */
        public static final SpecialTokens NONE =
                new SpecialTokens(OptionalInt.empty(), List.of());

        public SpecialTokens {
            Objects.requireNonNull(bos, "bos");
            eos = List.copyOf(eos);
        }

        private void requireBelow(int vocabSize) {
            List<Integer> ids = new ArrayList<>(eos);
            bos.ifPresent(ids::add);
            for (int id : ids) {
                Checks.range("id of a special token", id, 0, vocabSize - 1L);
            }
        }
    }

    /** Number of parameters; a tied head counts once, OPT's unused position rows count too. */
    public long parameterCount() {
        long count = 0;
        for (ModelTensor tensor : ModelTensor.of(this)) {
            count = Math.addExact(count, tensor.elements());
        }
        if (positions instanceof Positions.Learned learned) {
            count = Math.addExact(count, (long) learned.offset() * hiddenSize);
        }
        return count;
    }
}
