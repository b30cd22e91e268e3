package dev.skein.compiler.ir;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.ValueType.Rows;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Span;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An operation: reads values, produces one. Constructors check what concerns the op alone, {@link
 * #type} what concerns its inputs; both throw {@link IllegalArgumentException} with one line.
 *
 * <p>The components of each record, in order, are also its text form: see {@link OpSchema}.
 */
public sealed interface Op {

    /**
     * The typing rule.
     *
     * @param inputs types of {@link #inputs}, in order
     * @return type of the result
     * @throws IllegalArgumentException if the rule is broken
     */
    ValueType type(List<ValueType> inputs);

    /** First stage in which the op is legal. */
    default Stage since() {
        return Stage.TENSOR;
    }

    /** The values it reads, in the order of the record's components. */
    default List<Value> inputs() {
        return OpSchema.of(getClass()).inputs(this);
    }

    /** The weights it reads, in the order of the record's components. */
    default List<WeightRef> weights() {
        return OpSchema.of(getClass()).weights(this);
    }

    /** The same op on other inputs. */
    default Op mapInputs(UnaryOperator<Value> change) {
        return OpSchema.of(getClass()).mapInputs(this, change);
    }

    /** The op's name in the text form, for instance {@code last_token}. */
    default String mnemonic() {
        return OpSchema.of(getClass()).mnemonic();
    }

    /** Rows of a table by the token ids of the step: {@code table[id]}. */
    record Embed(WeightRef table) implements Op {
        @Override
        public ValueType type(List<ValueType> inputs) {
            return ValueType.tokens(table.cols());
        }
    }

    /** {@code x + table[position]}, the position counted from the start of the sequence. */
    record PositionEmbed(Value x, WeightRef table) implements Op {
        @Override
        public ValueType type(List<ValueType> inputs) {
            ValueType x = OpRules.tokens(inputs.getFirst());
            Require.equal("width of x", x.width(), "the width of the table", table.cols());
            return x;
        }
    }

    /**
     * Normalisation of each row, or of each of {@code groups} equal parts of a row (Qwen3
     * normalises each head of q and k).
     *
     * @param weight {@code [width / groups]}
     * @param bias {@code [width / groups]}; present for LAYER, absent for RMS
     * @param eps added to the mean square or the variance
     */
    record Norm(Value x, NormKind kind, WeightRef weight, Optional<WeightRef> bias, float eps,
            int groups) implements Op {
        public Norm {
            Objects.requireNonNull(kind, "kind");
            Require.that(eps >= 0 && eps <= 1, "eps is " + eps + ", allowed are 0 to 1");
            Require.range("groups", groups, 1, OpRules.MAX_HEADS);
            Require.that(bias.isPresent() == (kind == NormKind.LAYER),
                    "a layer norm has a bias, an RMS norm has none");
            OpRules.vector(weight);
            bias.ifPresent(b -> OpRules.vector(b, weight.cols()));
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            ValueType x = inputs.getFirst();
            Require.equal("width of x", x.width(), "groups times the length of the weight",
                    Math.multiplyExact(groups, weight.cols()));
            return x;
        }
    }

    /**
     * {@code y = weight x + bias}.
     *
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}
     * @param format how the weight is stored; present from {@link Stage#QUANTISED} on
     */
    record Linear(Value x, WeightRef weight, Optional<WeightRef> bias,
            Optional<WeightFormat> format) implements Op {
        public Linear {
            Objects.requireNonNull(format, "format");
            bias.ifPresent(b -> OpRules.vector(b, weight.rows()));
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            ValueType x = inputs.getFirst();
            Require.equal("width of x", x.width(), "the number of columns of the weight",
                    weight.cols());
            return new ValueType(x.rows(), weight.rows());
        }
    }

    /**
     * Turns pairs of each head by an angle proportional to the position.
     *
     * @param rotaryDim how many leading elements of a head are turned; even
     * @param style which elements form a pair
     * @param table row p: rotaryDim / 2 cosines, then rotaryDim / 2 sines, of position p
     */
    record Rope(Value x, int heads, int headDim, int rotaryDim, RopeStyle style, WeightRef table)
            implements Op {
        public Rope {
            OpRules.heads(heads, headDim);
            Objects.requireNonNull(style, "style");
            Require.range("rotary dimension", rotaryDim, 2, headDim);
            Require.that(rotaryDim % 2 == 0, "rotary dimension " + rotaryDim + " is odd");
            Require.equal("width of the table", table.cols(), "the rotary dimension", rotaryDim);
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            ValueType x = OpRules.tokens(inputs.getFirst());
            Require.equal("width of x", x.width(), "heads times head dimension", heads * headDim);
            return x;
        }
    }

    /**
     * Causal grouped-query attention. Appends k and v of the step's tokens to the layer's cache,
     * then for each query head: softmax of factor q.k over the positions up to its own that its
     * span sees, times v.
     *
     * @param heads query heads
     * @param kvHeads key and value heads, a divisor of heads; head h reads kvHead
     *     h / (heads / kvHeads)
     * @param layer number of the cache; unique in a graph
     * @param factor multiplies the scores
     * @param spans one a key/value head; absent if every token sees all before it
     */
    record Attention(Value q, Value k, Value v, int heads, int kvHeads, int headDim, int layer,
            float factor, Optional<Spans> spans) implements Op {
        public Attention {
            OpRules.heads(heads, headDim);
            Require.range("key/value heads", kvHeads, 1, heads);
            Require.that(heads % kvHeads == 0, "number of heads " + heads
                    + " is no multiple of the number of key/value heads " + kvHeads);
            Require.range("layer", layer, 0, OpRules.MAX_LAYERS - 1);
            Require.that(factor > 0 && factor <= Float.MAX_VALUE, "factor is " + factor
                    + ", allowed are positive finite numbers");
            spans.ifPresent(s -> Require.equal("number of spans", s.heads().size(),
                    "the number of key/value heads", kvHeads));
        }

        /** Every token sees all before it. */
        public Attention(Value q, Value k, Value v, int heads, int kvHeads, int headDim,
                int layer, float factor) {
            this(q, k, v, heads, kvHeads, headDim, layer, factor, Optional.empty());
        }

        /** The same with other spans. */
        public Attention withSpans(Optional<Spans> other) {
            return new Attention(q, k, v, heads, kvHeads, headDim, layer, factor, other);
        }

        /** What the queries of a key/value head see. */
        public Span span(int kvHead) {
            return spans.map(s -> s.heads().get(kvHead)).orElse(Span.DENSE);
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            ValueType q = OpRules.tokens(inputs.getFirst());
            Require.equal("width of q", q.width(), "heads times head dimension", heads * headDim);
            for (ValueType kv : inputs.subList(1, 3)) {
                Require.equal("width of k or v", OpRules.tokens(kv).width(),
                        "key/value heads times head dimension", kvHeads * headDim);
            }
            return q;
        }
    }

    /** {@code fn(x)} element by element; fn is RELU, SILU, GELU_TANH or GELU_ERF. */
    record Unary(Value x, EwiseFunction fn) implements Op {
        public Unary {
            Require.that(!fn.binary() && fn != EwiseFunction.COPY, fn + " is no unary function:"
                    + " allowed are RELU, SILU, GELU_TANH and GELU_ERF");
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            return inputs.getFirst();
        }
    }

    /** {@code fn(a, b)} element by element; fn is ADD, MUL or SILU_MUL (silu(a) * b). */
    record Binary(Value a, Value b, EwiseFunction fn) implements Op {
        public Binary {
            Require.that(fn.binary(), fn + " is no binary function: allowed are ADD, MUL and"
                    + " SILU_MUL");
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            Require.that(inputs.getFirst().equals(inputs.getLast()), "a is " + inputs.getFirst()
                    + ", but b is " + inputs.getLast());
            return inputs.getFirst();
        }
    }

    /** The row of the last token of the step. */
    record LastToken(Value x) implements Op {
        @Override
        public ValueType type(List<ValueType> inputs) {
            return ValueType.last(OpRules.tokens(inputs.getFirst()).width());
        }
    }

    /** The logits: what a step returns. */
    record Output(Value x) implements Op {
        @Override
        public ValueType type(List<ValueType> inputs) {
            Require.that(inputs.getFirst().rows() == Rows.LAST, "x is " + inputs.getFirst()
                    + ", but the output is one row: last_token belongs before it");
            return inputs.getFirst();
        }
    }

    /** Makes a split value replicated; the value itself does not change. */
    record Gather(Value x) implements Op {
        @Override
        public Stage since() {
            return Stage.PLACED;
        }

        @Override
        public ValueType type(List<ValueType> inputs) {
            return inputs.getFirst();
        }
    }
}
