package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.util.List;

/**
 * Emits one attention op for one core: append K and V to the cache, then per query head scores,
 * softmax and the weighted sum of V, all heads of a group on one load of K and V.
 */
final class AttentionSelector {

    /**
     * One attention op as a core sees it.
     *
     * @param headDim width of a head
     * @param group query heads that share a key/value head
     * @param factor what scores are multiplied with
     * @param caches of the core's own key/value heads
     * @param spans of the same heads
     * @param maxContext positions of the cache
     */
    record Shape(int headDim, int group, float factor, List<KvCache> caches, List<Span> spans,
            int maxContext) {}

    private final CoreEmitter emit;
    private final Shape shape;
    private final AttentionBuffers buffers;
    private int headsDone;
    private Runnable pendingSum;

    AttentionSelector(CoreEmitter emit, Shape shape, AttentionBuffers buffers) {
        this.emit = emit;
        this.shape = shape;
        this.buffers = buffers;
    }

    /** Emits everything; q, k, v and out hold the core's own heads. */
    void emit(View q, View k, View v, View out) {
        for (int head = 0; head < shape.caches.size(); head++) {
            KvCache cache = shape.caches.get(head);
            append(k, head, buffers.cacheRows()[head % 2], cache.k(), cache.kScales());
            append(v, head, buffers.cacheRows()[2 + head % 2], cache.v(), cache.vScales());
        }
        quantiseQueries(q);
        for (int head = 0; head < shape.caches.size(); head++) {
            if (fits()) {
                wholeContext(head, out);
            } else {
                tiledContext(head, tileTokens(), out);
            }
        }
        flush();
    }

    private View headOf(View heads, int head) {
        int from = heads.columns().from() + head * shape.headDim;
        return heads.part(new Range(from, from + shape.headDim));
    }

    private void append(View heads, int head, Int8Rows rows, long data, long scales) {
        emit.quantise(headOf(heads, head), rows);
        emit.storeAtPosition(rows.address(), data, rows.stride());
        emit.storeAtPosition(rows.scale(), scales, 4);
    }

    private int ownHeads() {
        return shape.caches.size() * shape.group;
    }

    private void quantiseQueries(View q) {
        Int8Rows rows = buffers.query();
        if (q.contiguous()) {
            emit.add(new Instruction.Quantise(Tokens.NONE, q.address(), 4 * shape.headDim,
                    rows.address(), rows.stride(), rows.scale(), 4,
                    Extent.tokens(ownHeads()), Extent.fixed(shape.headDim), false, 0));
            return;
        }
        for (int h = 0; h < ownHeads(); h++) {
            emit.quantise(headOf(q, h), query(h));
        }
    }

    /** Queries of one head, a row a token. */
    private Int8Rows query(int head) {
        Int8Rows rows = buffers.query();
        return new Int8Rows(rows.address() + head * rows.stride(), ownHeads() * rows.stride(),
                rows.scale() + 4 * head, 4 * ownHeads());
    }

    /**
     * Whether whole caches are loaded. The sum over V comes when the next head's K and V have been
     * loaded: V and scales, K, V and scales again, and a gap where the ring comes round, have to
     * fit.
     */
    private boolean fits() {
        long rows = (long) shape.maxContext * rowBytes();
        long scales = FpgaTarget.align(4L * shape.maxContext, FpgaTarget.BUFFER_ALIGNMENT);
        return 4 * rows + 3 * scales <= emit.weights().bytes();
    }

    private int rowBytes() {
        return FpgaTarget.align(shape.headDim, FpgaTarget.BUFFER_ALIGNMENT);
    }

    /** Else tokens of K or V on chip at once: an eighth of the buffer. */
    private int tileTokens() {
        return Math.max(16, emit.weights().bytes() / 8 / rowBytes() / 16 * 16);
    }

    private void wholeContext(int head, View out) {
        KvCache cache = shape.caches.get(head);
        Span span = shape.spans.get(head);
        Extent context = Extent.context(1);
        emit.span(span);
        int k = loadCache(cache.k(), cache.rowBytes(), context, shape.maxContext, "K cache");
        int kScales = loadCache(cache.kScales(), 4, context, shape.maxContext, "K scales");
        int v = loadCache(cache.v(), cache.rowBytes(), context, shape.maxContext, "V cache");
        int vScales = loadCache(cache.vScales(), 4, context, shape.maxContext, "V scales");
        for (int i = 0; i < shape.group; i++) {
            int h = head * shape.group + i;
            int scores = buffers.scores()[headsDone % 2];
            Int8Rows weights = buffers.weights()[headsDone % 2];
            emit.span(span);
            emit.scores(query(h), k, kScales, scores, buffers.scoreStride(), context,
                    shape.headDim);
            softmax(scores, weights, vScales);
            View to = headOf(out, h);
            // One head late, so that the MPE does not wait for the softmax of its last scores.
            flush();
            pendingSum = () -> {
                emit.span(span);
                emit.attend(weights, v, to.address(), to.stride(), context, shape.headDim);
            };
            headsDone++;
        }
    }

    private void tiledContext(int head, int tile, View out) {
        KvCache cache = shape.caches.get(head);
        Extent tiles = Extent.tile(tile);
        emit.span(shape.spans.get(head));
        for (int i = 0; i < shape.group; i++) {
            int h = head * shape.group + i;
            int scores = buffers.scores()[headsDone % 2];
            Int8Rows weights = buffers.weights()[headsDone % 2];
            emit.add(new Instruction.Loop(Tokens.NONE, tiles));
            int k = loadCache(cache.k(), cache.rowBytes(), tiles, tile, "K tile");
            int kScales = loadCache(cache.kScales(), 4, tiles, tile, "K scales");
            emit.scores(query(h), k, kScales, scores, buffers.scoreStride(), tiles,
                    shape.headDim);
            emit.add(new Instruction.EndLoop(Tokens.NONE));
            int vScales = loadCache(cache.vScales(), 4, Extent.context(1), shape.maxContext,
                    "V scales");
            softmax(scores, weights, vScales);
            emit.add(new Instruction.Loop(Tokens.NONE, tiles));
            int v = loadCache(cache.v(), cache.rowBytes(), tiles, tile, "V tile");
            View to = headOf(out, h);
            emit.attend(weights, v, to.address(), to.stride(), tiles, shape.headDim);
            emit.add(new Instruction.EndLoop(Tokens.NONE));
            headsDone++;
        }
    }

    private int loadCache(long offset, int rowBytes, Extent count, int maxRows, String what) {
        int at = emit.weights().take((long) rowBytes * maxRows, what);
        emit.loadCache(at, offset, rowBytes, count);
        return at;
    }

    /** Softmax of the scores, then int8 weights that carry the scales of V. */
    private void softmax(int scores, Int8Rows weights, int vScales) {
        emit.add(new Instruction.Softmax(Tokens.NONE, scores, buffers.scoreStride(),
                Extent.tokens(1), Extent.context(1), shape.factor, true));
        emit.add(new Instruction.Quantise(Tokens.NONE, scores, buffers.scoreStride(),
                weights.address(), weights.stride(), weights.scale(), 4, Extent.tokens(1),
                Extent.context(1), true, vScales));
    }

    private void flush() {
        if (pendingSum != null) {
            pendingSum.run();
            pendingSum = null;
        }
    }
}
