package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.ffi.opencl.NdRange;
import dev.skein.hls.isa.Span;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.runtime.backend.gpu.Rig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The three kernels of attention, against the scalar reference, dense and with spans, with the rows
 * of two sequences in pages that are in no order.
 */
class AttentionKernelsTest extends KernelsTest {
    private static final long SEED = 20261128;
    private static final int KV_HEADS = 2;
    private static final int GROUP = 2;
    private static final int HEADS = KV_HEADS * GROUP;
    private static final int MAX_TOKENS = 5;
    private static final float FACTOR = 0.01f;

    /** Where the rows of a step are: the last one is of another sequence than the others. */
    private record Rows(int[] positions, int[] sequences, int perSequence, int[] pages) {

        /** Pages in no order; sequence 0 has none. */
        static Rows random(Random random, int context, int tokens) {
            int[] positions = new int[tokens];
            int[] sequences = new int[tokens];
            for (int t = 0; t < tokens; t++) {
                boolean other = t > 0 && t == tokens - 1;
                positions[t] = other ? context / 2 : context - Math.max(1, tokens - 1) + t;
                sequences[t] = other ? 1 : 2;
            }
            int perSequence = Math.ceilDiv(context, Span.BLOCK);
            List<Integer> shuffled = new ArrayList<>(
                    IntStream.range(0, 2 * perSequence).boxed().toList());
            Collections.shuffle(shuffled, random);
            int[] pages = new int[3 * perSequence];
            Arrays.setAll(pages, i -> i < perSequence ? 1 << 20 : shuffled.get(i - perSequence));
            return new Rows(positions, sequences, perSequence, pages);
        }

        int tokens() {
            return positions.length;
        }

        int longest() {
            return Arrays.stream(positions).max().getAsInt() + 1;
        }

        /** Row of the cache. */
        int at(int token, int position, int kvHead) {
            int page = pages[sequences[token] * perSequence + position / Span.BLOCK];
            return (page * KV_HEADS + kvHead) * Span.BLOCK + position % Span.BLOCK;
        }
    }

    /** A layer with a full cache: the step's keys and values are in it. */
    private record Layer(int headDim, Rows rows, int capacity, Span[] spans, byte[] q,
            float[] qScales, byte[] keys, float[] keyScales, byte[] values,
            float[] valueScales) {

        static Layer random(int headDim, int context, int tokens, Span... spans) {
            var random = new Random(SEED + headDim + context);
            int width = PackedRows.align16(headDim);
            Rows rows = Rows.random(random, context, tokens);
            int cached = 2 * rows.perSequence * KV_HEADS * Span.BLOCK;
            return new Layer(headDim, rows, PackedRows.align16(context + 1), spans,
                    bytes(random, HEADS * MAX_TOKENS, headDim, width),
                    floats(random, HEADS * MAX_TOKENS),
                    bytes(random, cached, headDim, width), floats(random, cached),
                    bytes(random, cached, headDim, width), floats(random, cached));
        }

        private static byte[] bytes(Random random, int rows, int cols, int stride) {
            byte[] out = new byte[rows * stride];
            for (int i = 0; i < out.length; i++) {
                out[i] = i % stride < cols ? (byte) (random.nextInt(255) - 127) : 0;
            }
            return out;
        }

        private static float[] floats(Random random, int n) {
            return Rig.floats(n, _ -> 0.1f * random.nextFloat());
        }

        private byte[] row(byte[] all, int row) {
            int width = PackedRows.align16(headDim);
            return Arrays.copyOfRange(all, row * width, row * width + headDim);
        }

        /** One query head of one token, {@code [headDim]}. */
        float[] expected(int token, int head) {
            int own = rows.positions[token];
            int kvHead = head / GROUP;
            Span span = spans[kvHead];
            int row = head * MAX_TOKENS + token;
            byte[] query = row(q, row);
            float[] scores = new float[own + 1];
            for (int j = 0; j <= own; j++) {
                int at = rows.at(token, j, kvHead);
                long sum = Sfu.dot(query, row(keys, at), new int[0], 0);
                scores[j] = Sfu.output(sum, keyScales[at], qScales[row]);
            }
            float[] p = Sfu.softmax(scores, own + 1, span.gapFrom(), span.hiddenTo(own), FACTOR);
            for (int j = 0; j <= own; j++) {
                p[j] *= valueScales[rows.at(token, j, kvHead)];
            }
            Sfu.QuantisedRow weights = Sfu.quantise(p);
            float[] out = new float[headDim];
            for (int i = 0; i < headDim; i++) {
                long sum = 0;
                for (int j = 0; j <= own; j++) {
                    sum += weights.values()[j] * row(values, rows.at(token, j, kvHead))[i];
                }
                out[i] = Sfu.output(sum, 1f, weights.scale());
            }
            return out;
        }

        /** {@code [tokens, heads, headDim]}. */
        float[] found(int items) {
            int[] numbers = new int[3 * KV_HEADS];
            for (int h = 0; h < KV_HEADS; h++) {
                numbers[3 * h] = spans[h].global();
                numbers[3 * h + 1] = spans[h].window();
                numbers[3 * h + 2] = spans[h].growth();
            }
            int all = HEADS * MAX_TOKENS;
            int tokens = rows.tokens();
            float[] scores = new float[all * capacity];
            // What is not computed is not used.
            Arrays.fill(scores, Float.NaN);
            long y = (long) HEADS * tokens;
            rig.run("attention_scores", new NdRange(2,
                    (long) Math.ceilDiv(rows.longest(), Span.BLOCK) * items, y, items, 1), q,
                    qScales, keys, keyScales, numbers, scores, rows.positions, rows.sequences,
                    rows.pages, rows.perSequence, headDim, GROUP, KV_HEADS, MAX_TOKENS, capacity,
                    tokens);
            byte[] weights = new byte[all * capacity];
            Arrays.fill(weights, (byte) 99);
            float[] weightScales = new float[all];
            rig.run("attention_weights", NdRange.of(y * items, items), scores, valueScales,
                    numbers, weights, weightScales, rows.positions, rows.sequences, rows.pages,
                    rows.perSequence, FACTOR, GROUP, KV_HEADS, MAX_TOKENS, capacity, tokens,
                    new Rig.Local(Float.BYTES * items));
            float[] out = new float[tokens * HEADS * headDim];
            rig.run("attention_values", new NdRange(2,
                    (long) Math.ceilDiv(headDim, 16) * items, y, items, 1), weights,
                    weightScales, values, numbers, out, rows.positions, rows.sequences,
                    rows.pages, rows.perSequence, headDim, GROUP, KV_HEADS, MAX_TOKENS, capacity,
                    tokens, new Rig.Local(64 * items));
            return out;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "17, 17", "172, 33", "4097, 17", "64, 128", "65, 1", "1025, 80"})
    void contextsAndHeads(int context, int headDim) {
        int tokens = Math.min(context, MAX_TOKENS);
        check(Layer.random(headDim, context, tokens, Span.DENSE, Span.DENSE));
        check(Layer.random(headDim, context, 1, Span.DENSE, new Span(1, 1, 0)));
        check(Layer.random(headDim, context, tokens, new Span(0, 2, 0), new Span(2, 1, 77)));
    }

    private static void check(Layer layer) {
        for (int items : new int[] {1, 32}) {
            float[] found = layer.found(items);
            assertEquals(layer.rows.tokens() * HEADS * layer.headDim, found.length);
            for (int t = 0; t < layer.rows.tokens(); t++) {
                for (int h = 0; h < HEADS; h++) {
                    int at = (t * HEADS + h) * layer.headDim;
                    assertArrayEquals(layer.expected(t, h),
                            Arrays.copyOfRange(found, at, at + layer.headDim), "token "
                                    + layer.rows.positions[t] + ", head " + h + ", groups of "
                                    + items + ", spans " + Arrays.toString(layer.spans));
                }
            }
        }
    }
}
