package dev.skein.compiler.gpu;

import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.hls.isa.EwiseFunction;
import java.util.List;
import java.util.Optional;

/** Matrix products that are one launch. All of its matrices read the same value. */
sealed interface Product {

    /** The matrices, in the order of the kernel's arguments. */
    List<Op.Linear> matrices();

    /** What it computes. */
    List<Value> results();

    /**
     * {@code y = join(other, fn(weight x + bias))}.
     *
     * @param fn RELU, SILU, GELU_TANH or GELU_ERF
     */
    record Single(Op.Linear matrix, Value result, Optional<EwiseFunction> fn,
            Optional<Join> join) implements Product {
        @Override
        public List<Op.Linear> matrices() {
            return List.of(matrix);
        }

        @Override
        public List<Value> results() {
            return List.of(result);
        }
    }

    /**
     * A value that is joined to a product.
     *
     * @param other computed before
     * @param fn ADD or MUL
     */
    record Join(Value other, EwiseFunction fn) {}

    /** Two or three matrices of one format: query, key and value. */
    record Several(List<Op.Linear> matrices, List<Value> results) implements Product {
        /** Most matrices of a launch. */
        static final int MOST = 3;

        /** Copies the lists. */
        public Several {
            matrices = List.copyOf(matrices);
            results = List.copyOf(results);
        }
    }

    /** {@code fn(gate x) * up x}, two matrices of one format and shape. */
    record Gated(Op.Linear gate, Op.Linear up, EwiseFunction fn, Value result)
            implements Product {
        @Override
        public List<Op.Linear> matrices() {
            return List.of(gate, up);
        }

        @Override
        public List<Value> results() {
            return List.of(result);
        }
    }
}
