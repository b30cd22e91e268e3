package dev.skein.runtime.backend.csd;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.number.KvPages;
import dev.skein.sim.csd.TaskShape;

/**
 * What the cache of a model needs of a drive.
 *
 * @param task layers and heads
 * @param contextTokens most tokens of its sequence
 */
record CacheShape(TaskShape task, int contextTokens) {
    /** As in InstInfer; and 4 entries of a head in a channel-indexed page. */
    private static final int GROUP_TOKENS = 16;
    private static final int PAGE_CHANNELS = 4;

    private static final int DIES = 1;
    private static final int PLANES = 2;
    private static final int PAGES_PER_BLOCK = 64;
    /** Blocks beyond those that the cache fills, for open ones, tables and what is stale. */
    private static final int SPARE_BLOCKS = 32;
    private static final int COPIES = 3;

    /**
     * Of a model's graph.
     *
     * @throws IllegalArgumentException if its layers are not alike, or none has attention
     */
    static CacheShape of(Graph graph, int contextTokens) {
        Op.Attention first = null;
        int layers = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Attention op) {
                first = first == null ? op : first;
                if (op.kvHeads() != first.kvHeads() || op.headDim() != first.headDim()) {
                    throw new IllegalArgumentException("layer " + op.layer() + " has "
                            + op.kvHeads() + " key/value heads of " + op.headDim()
                            + ", the first one " + first.kvHeads() + " of " + first.headDim()
                            + "; a drive takes layers that are alike");
                }
                layers = Math.max(layers, op.layer() + 1);
            }
        }
        if (first == null) {
            throw new IllegalArgumentException("the model has no attention for a drive");
        }
        return new CacheShape(new TaskShape(1, layers, first.kvHeads(), first.headDim(),
                Math.min(PAGE_CHANNELS, first.headDim())), contextTokens);
    }

    /**
     * An array with room for two such caches. Its pages hold 16 tokens of a head, as those of 4 KiB
     * do with heads of 128; its channels are those of InstInfer.
     */
    Flash.Geometry geometry() {
        Flash.Geometry as = Drives.load("instcsd").flash().geometry();
        int pageBytes = KvPages.ofGroup(GROUP_TOKENS, task.headDim(), task.pageChannels())
                .pageBytes();
        long heads = (long) task.layers() * task.kvHeads();
        long pages = COPIES * heads * (contextTokens / GROUP_TOKENS + 2L);
        long planes = (long) as.channels() * DIES * PLANES;
        long blocks = 2 * Math.ceilDiv(pages, PAGES_PER_BLOCK * planes) + SPARE_BLOCKS;
        return new Flash.Geometry(as.channels(), DIES, PLANES, pageBytes, PAGES_PER_BLOCK,
                Math.toIntExact(blocks), as.peCycles());
    }
}
