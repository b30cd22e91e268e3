package dev.skein.compiler.gpu;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.Argument.Large;
import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Variable;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The launches of matrix products: kernels of {@code dense.cl} and {@code strips.cl}, or of their
 * fast counterparts.
 */
final class ProductLaunches {
    /** Tokens that a matrix kernel takes at once; TILE in the sources. */
    private static final int TILE = 8;

    private final PlanMemory memory;
    private final Precision precision;

    ProductLaunches(PlanMemory memory, Precision precision) {
        this.memory = memory;
        this.precision = precision;
    }

    /**
     * What a product reads and writes.
     *
     * @param x int8 rows and their scales; binary32 rows in the fast mode
     * @param other what a {@link Product.Join} takes
     * @param results in the order of the product's
     * @param rows of x in a step
     * @param tiled whether there may be several of them
     */
    record Operands(List<Memory> x, Optional<Memory> other, List<Memory> results, Count rows,
            boolean tiled) {}

    Launch launch(Product product, Operands operands) {
        Op.Linear first = product.matrices().getFirst();
        WeightFormat format = first.format().orElseThrow();
        int k = first.weight().cols();
        var arguments = new ArrayList<Argument>();
        for (int i = 0; i < matrices(product); i++) {
            // kernels of three matrices take one that has no rows as the third
            matrix(arguments, product.matrices().get(Math.min(i, product.matrices().size() - 1)));
        }
        arguments.add(new Whole(format.groupCode()));
        if (!format.isUniform()) {
            arguments.add(new Whole(format.stripBytes(k)));
            arguments.add(new Whole(groupAt(format, k)));
        }
        arguments.addAll(operands.x);
        switch (product) {
            case Product.Single single -> {
                arguments.add(new Whole(single.fn().map(ProductLaunches::code).orElse(0)));
                arguments.add(new Whole(single.join().map(j -> join(j.fn())).orElse(0)));
                arguments.add(operands.other.orElse(operands.x.getLast()));
            }
            case Product.Gated gated -> arguments.add(new Whole(code(gated.fn())));
            case Product.Several _ -> { }
        }
        results(arguments, product, operands);
        arguments.addAll(List.of(new Whole(k), new Variable(operands.rows)));
        int tile = operands.tiled ? TILE : 1;
        if (format.isUniform()) {
            int sums = product instanceof Product.Gated ? 2 : 1;
            int sumBytes = precision.isExact() ? Long.BYTES : Float.BYTES;
            arguments.add(new Local(sumBytes * tile * sums));
        }
        Count y = operands.tiled ? operands.rows.tiled(TILE) : operands.rows;
        return new Launch(kernel(product, format, operands.tiled),
                new Grid(items(format, operands.tiled), Count.of(groups(product, format)), y),
                arguments);
    }

    /** Kernels of the fast mode are the same text everywhere, so that a group is a row there. */
    private Items items(WeightFormat format, boolean tiled) {
        if (!precision.isExact()) {
            return format.isUniform() ? Items.COOPERATING : Items.STRIP;
        }
        if (tiled) {
            return format.isUniform() ? Items.TOKENS_OF_ROWS : Items.TOKENS_OF_STRIPS;
        }
        return format.isUniform() ? Items.TOKEN_ROW : Items.TOKEN_STRIP;
    }

    private String kernel(Product product, WeightFormat format, boolean tiled) {
        return (precision.isExact() ? "" : "fast_")
                + (format.isUniform() ? "dense_w" + format.bits().bits() : "strips")
                + (tiled ? "_tokens" : "_token") + switch (product) {
                    case Product.Single _ -> "";
                    case Product.Several _ -> "_qkv";
                    case Product.Gated _ -> "_gated";
                };
    }

    /** Rows or strips of all results. */
    private static int groups(Product product, WeightFormat format) {
        List<Op.Linear> own = product instanceof Product.Several several ? several.matrices()
                : List.of(product.matrices().getFirst());
        return own.stream().mapToInt(m -> m.weight().rows())
                .map(n -> format.isUniform() ? n : StripRows.strips(n)).reduce(0, Math::addExact);
    }

    /** How many a kernel takes. */
    private static int matrices(Product product) {
        return product instanceof Product.Several ? Product.Several.MOST
                : product.matrices().size();
    }

    private void matrix(List<Argument> arguments, Op.Linear op) {
        WeightFormat format = op.format().orElseThrow();
        var layout = new PackedMatrix(format, op.weight().rows(), op.weight().cols());
        Memory weights = new Memory(memory.matrix(op.weight(), format));
        arguments.addAll(List.of(weights, new Large(layout.scaleOffset()),
                op.bias().map(b -> new Memory(memory.floats(b))).orElse(weights),
                new Whole(op.bias().isPresent() ? 1 : 0)));
    }

    private static void results(List<Argument> arguments, Product product, Operands operands) {
        int places = product instanceof Product.Several ? Product.Several.MOST : 1;
        for (int i = 0; i < places; i++) {
            boolean there = i < operands.results.size();
            arguments.add(operands.results.get(there ? i : 0));
            arguments.add(new Whole(there ? product.matrices().get(i).weight().rows() : 0));
        }
    }

    /** FN_... in products.cl. */
    private static int code(EwiseFunction fn) {
        return switch (fn) {
            case RELU -> 1;
            case SILU -> 2;
            case GELU_TANH -> 3;
            case GELU_ERF -> 4;
            case ADD, MUL, SILU_MUL, COPY -> throw new IllegalArgumentException(
                    fn + " is no function of one value");
        };
    }

    /** WITH_... in products.cl. */
    private static int join(EwiseFunction fn) {
        return switch (fn) {
            case ADD -> 1;
            case MUL -> 2;
            case COPY, RELU, SILU, GELU_TANH, GELU_ERF, SILU_MUL -> throw
                    new IllegalArgumentException(fn + " joins no values");
        };
    }

    /** Bytes from the start of a strip to its group scales: the same in all strips. */
    private static int groupAt(WeightFormat format, int k) {
        int blocks = WeightFormat.blocks(k);
        int at = blocks;
        for (Map.Entry<BlockClass, Integer> e : format.blocks().counts(blocks).entrySet()) {
            at += e.getValue() * e.getKey().bytes();
        }
        return at;
    }
}
