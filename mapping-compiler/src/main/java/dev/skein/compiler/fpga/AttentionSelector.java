package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.util.List;
import java.util.function.Function;

/**
 * Emits one attention op for one core: append K and V to the cache, then scores, softmax and the
 * weighted sum of V, all query heads of a group on one load of K and V. In a decode step a row of
 * scores is a head, and the softmax of a few heads is one instruction; else a row is a token, and
 * heads come one by one.
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
     * @param decode whether a step has one token
     */
    record Shape(int headDim, int group, float factor, List<KvCache> caches, List<Span> spans,
            int maxContext, boolean decode) {}

    /** The op's values and where they lie. */
    record Views(Op.Attention op, Function<Value, View> of) {}

    private final CoreEmitter emit;
    private final Shape shape;
    private final AttentionBuffers buffers;
    private final Views views;
    private int turn;
    private Runnable pendingWeights;
    private Runnable pendingSums;

    AttentionSelector(CoreEmitter emit, Shape shape, AttentionBuffers buffers, Views views) {
        this.emit = emit;
        this.shape = shape;
        this.buffers = buffers;
        this.views = views;
    }

    /** Appends the keys or the values, once they are computed, to the cache. */
    void append(Value value) {
        boolean keys = value.equals(views.op.k());
        View heads = views.of.apply(value);
        Int8Rows[] rows = buffers.appended().cacheRows();
        if (shape.decode && heads.width() > 0) {
            emit.quantiseHeads(heads, shape.headDim, rows[keys ? 0 : 1], shape.caches.size());
        }
        for (int head = 0; head < shape.caches.size(); head++) {
            KvCache cache = shape.caches.get(head);
            Int8Rows own = shape.decode ? rows[keys ? 0 : 1].from(head)
                    : rows[(keys ? 0 : 2) + head % 2];
            if (!shape.decode) {
                emit.quantise(headOf(heads, head), own);
            }
            emit.storeAtPosition(own.address(), keys ? cache.k() : cache.v(), own.stride());
            emit.storeAtPosition(own.scale(), keys ? cache.kScales() : cache.vScales(), 4);
        }
    }

    /** Loads all that is in the cache of the keys, or of the values, and does nothing with it. */
    void reload(boolean keys) {
        int most = headsAtOnce();
        emit.span(Span.DENSE);
        for (KvCache cache : shape.caches) {
            long data = keys ? cache.k() : cache.v();
            if (most > 0) {
                load(data, cache.rowBytes(), "cache");
                continue;
            }
            int tile = tileTokens();
            emit.add(new Instruction.Loop(Tokens.NONE, Extent.tile(tile)));
            loadCache(data, cache.rowBytes(), Extent.tile(tile), tile, "cache tile");
            emit.add(new Instruction.EndLoop(Tokens.NONE));
        }
    }

    /** Emits the rest; {@code out} holds the core's own heads. */
    void emit(View out) {
        if (shape.caches.isEmpty()) {
            return;
        }
        quantiseQueries(views.of.apply(views.op.q()));
        int most = headsAtOnce();
        int head = 0;
        while (head < shape.caches.size()) {
            int heads = Math.max(1, alike(head, most));
            if (most == 0) {
                tiledContext(head, out);
            } else if (shape.decode) {
                decodeHeads(head, heads, out);
            } else {
                prefillHead(head, out);
            }
            head += heads;
        }
        flushWeights();
        flushSums();
    }

    /** How many heads from this one on, up to {@code most}, have the same span. */
    private int alike(int head, int most) {
        int end = head;
        while (end < shape.caches.size() && end - head < most
                && shape.spans.get(end).equals(shape.spans.get(head))) {
            end++;
        }
        return end - head;
    }

    private View headOf(View heads, int head) {
        int from = heads.columns().from() + head * shape.headDim;
        return heads.part(new Range(from, from + shape.headDim));
    }

    private int ownHeads() {
        return shape.caches.size() * shape.group;
    }

    private void quantiseQueries(View q) {
        if (q.contiguous()) {
            emit.quantiseHeads(q, shape.headDim, buffers.appended().query(), ownHeads());
            return;
        }
        for (int h = 0; h < ownHeads(); h++) {
            emit.quantise(headOf(q, h), query(h));
        }
    }

    /** Queries from one head on: of all tokens, or in a decode step of all heads that follow. */
    private Int8Rows query(int head) {
        Int8Rows rows = buffers.appended().query();
        return shape.decode ? rows.from(head) : new Int8Rows(
                rows.address() + head * rows.stride(), ownHeads() * rows.stride(),
                rows.scale() + 4 * head, 4 * ownHeads());
    }

    /**
     * Key/value heads whose scores are computed together, 0 if contexts are loaded in tiles. In a
     * decode step K and V are used as soon as they are here; of the scales of V those of all heads
     * have to fit. K and V are loaded whole as long as there is room for two of them, so that a
     * load goes on while the MPE is at the last one. Else the sum over V comes when the cache of
     * the next head has been loaded: V and scales, all of the next head, and a gap where the ring
     * comes round have to fit.
     */
    private int headsAtOnce() {
        long rows = (long) shape.maxContext * rowBytes();
        long scales = FpgaTarget.align(4L * shape.maxContext, FpgaTarget.BUFFER_ALIGNMENT);
        int ring = emit.weights().bytes();
        if (shape.decode) {
            int heads = Math.max(1, AttentionBuffers.DECODE_ROWS / shape.group);
            return 2 * rows + 2 * scales <= ring && (heads + 1) * scales <= ring ? heads : 0;
        }
        return 4 * rows + 3 * scales <= ring ? 1 : 0;
    }

    private int rowBytes() {
        return FpgaTarget.align(shape.headDim, FpgaTarget.BUFFER_ALIGNMENT);
    }

    /** Tokens of K or V on chip at once if not all are: an eighth of the buffer. */
    private int tileTokens() {
        return Math.max(16, emit.weights().bytes() / 8 / rowBytes() / 16 * 16);
    }

    /** All tokens of one head after the other; all query heads of a group on one load. */
    private void prefillHead(int head, View out) {
        KvCache cache = shape.caches.get(head);
        Span span = shape.spans.get(head);
        emit.span(span);
        int k = load(cache.k(), cache.rowBytes(), "K cache");
        int kScales = load(cache.kScales(), 4, "K scales");
        int v = load(cache.v(), cache.rowBytes(), "V cache");
        int vScales = load(cache.vScales(), 4, "V scales");
        for (int part = 0; part < shape.group; part++) {
            int scores = buffers.scores()[turn % 2];
            Int8Rows weights = buffers.weights()[turn % 2];
            turn++;
            int h = head * shape.group + part;
            emit.span(span);
            emit.scores(query(h), k, kScales, scores, buffers.scoreStride(), rows(1),
                    Extent.context(1), shape.headDim);
            softmax(scores, rows(1));
            weights(scores, weights, vScales);
            // One turn late, so that the MPE does not wait for the softmax of its last scores.
            flushSums();
            pendingSums = () -> {
                emit.span(span);
                attend(weights, v, out, h, Extent.context(1));
            };
        }
    }

    /**
     * The token of a decode step: a few heads at once, which need not wait for each other. Weights
     * and sums of V come one turn late: loads of the next keys go on during the softmax, and the
     * scales of V, which wait longest for their reader, are loaded behind these keys; before them,
     * they would keep their places in the ring from the keys until the softmax is over.
     */
    private void decodeHeads(int first, int heads, View out) {
        int scores = buffers.scores()[turn % 2];
        Int8Rows weights = buffers.weights()[turn % 2];
        turn++;
        int group = shape.group;
        int[] vScales = new int[heads];
        Span span = shape.spans.get(first);
        emit.span(span);
        for (int i = 0; i < heads; i++) {
            KvCache cache = shape.caches.get(first + i);
            int k = load(cache.k(), cache.rowBytes(), "K cache");
            int kScales = load(cache.kScales(), 4, "K scales");
            emit.scores(query((first + i) * group), k, kScales,
                    scores + i * group * buffers.scoreStride(), buffers.scoreStride(), rows(1),
                    Extent.context(1), shape.headDim);
        }
        flushWeights();
        emit.span(span);
        softmax(scores, rows(heads));
        flushSums();
        pendingWeights = () -> {
            emit.span(span);
            for (int i = 0; i < heads; i++) {
                vScales[i] = load(shape.caches.get(first + i).vScales(), 4, "V scales");
            }
            for (int i = 0; i < heads; i++) {
                weights(scores + i * group * buffers.scoreStride(), weights.from(i * group),
                        vScales[i]);
            }
        };
        pendingSums = () -> {
            emit.span(span);
            for (int i = 0; i < heads; i++) {
                KvCache cache = shape.caches.get(first + i);
                int v = load(cache.v(), cache.rowBytes(), "V cache");
                attend(weights.from(i * group), v, out, (first + i) * group, Extent.context(1));
            }
        };
    }

    private int load(long offset, int rowBytes, String what) {
        return loadCache(offset, rowBytes, Extent.context(1), shape.maxContext, what);
    }

    /** Rows of scores of some key/value heads: their query heads, or the tokens of one. */
    private Extent rows(int heads) {
        return shape.decode ? Extent.fixed(heads * shape.group) : Extent.tokens(1);
    }

    private void tiledContext(int head, View out) {
        KvCache cache = shape.caches.get(head);
        int tile = tileTokens();
        Extent tiles = Extent.tile(tile);
        emit.span(shape.spans.get(head));
        for (int part = 0; part < shape.group; part += shape.decode ? shape.group : 1) {
            int h = head * shape.group + part;
            int scores = buffers.scores()[turn % 2];
            Int8Rows weights = buffers.weights()[turn % 2];
            turn++;
            emit.add(new Instruction.Loop(Tokens.NONE, tiles));
            int k = loadCache(cache.k(), cache.rowBytes(), tiles, tile, "K tile");
            int kScales = loadCache(cache.kScales(), 4, tiles, tile, "K scales");
            emit.scores(query(h), k, kScales, scores, buffers.scoreStride(), rows(1), tiles,
                    shape.headDim);
            emit.add(new Instruction.EndLoop(Tokens.NONE));
            int vScales = loadCache(cache.vScales(), 4, Extent.context(1), shape.maxContext,
                    "V scales");
            softmax(scores, rows(1));
            weights(scores, weights, vScales);
            emit.add(new Instruction.Loop(Tokens.NONE, tiles));
            int v = loadCache(cache.v(), cache.rowBytes(), tiles, tile, "V tile");
            attend(weights, v, out, h, tiles);
            emit.add(new Instruction.EndLoop(Tokens.NONE));
        }
    }

    private int loadCache(long offset, int rowBytes, Extent count, int maxRows, String what) {
        int at = emit.weights().take((long) rowBytes * maxRows, what);
        emit.loadCache(at, offset, rowBytes, count);
        return at;
    }

    /** A decode step's token sees all that is in the cache, so that its rows need no mask. */
    private void softmax(int scores, Extent rows) {
        emit.add(new Instruction.Softmax(Tokens.NONE, scores, buffers.scoreStride(), rows,
                Extent.context(1), shape.factor, !shape.decode));
    }

    /** Int8 weights of one key/value head that carry the scales of V. */
    private void weights(int scores, Int8Rows weights, int vScales) {
        emit.add(new Instruction.Quantise(Tokens.NONE, scores, buffers.scoreStride(),
                weights.address(), weights.stride(), weights.scale(), 4, rows(1),
                Extent.context(1), true, vScales));
    }

    /** The sums over V of the query heads from {@code head} on that share this V. */
    private void attend(Int8Rows weights, int v, View out, int head, Extent k) {
        View to = headOf(out, head);
        emit.attend(weights, v, to.address(), shape.decode ? 4 * shape.headDim : to.stride(),
                rows(1), k, shape.headDim);
    }

    private void flushWeights() {
        if (pendingWeights != null) {
            pendingWeights.run();
            pendingWeights = null;
        }
    }

    private void flushSums() {
        if (pendingSums != null) {
            pendingSums.run();
            pendingSums = null;
        }
    }
}
