package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Region;
import java.util.List;
import java.util.Map;

/**
 * Where everything lies off chip. Regions are the same for decode and prefill, so that both work on
 * one KV cache.
 *
 * @param regions extents, as the programs carry them
 * @param tiles weights in the order of their use
 * @param params offset of each norm vector in the parameter region, the same on every core
 * @param tables embedding, position and RoPE tables
 * @param kv caches by layer, then by key/value head
 * @param maxContext positions a cache holds
 * @param maxTokens tokens of the largest step
 */
public record MemoryPlan(List<Region> regions, List<WeightTile> tiles, Map<String, Long> params,
        List<Table> tables, Map<Integer, List<KvCache>> kv, int maxContext, int maxTokens) {

    /** Base register of the weights. */
    static final int WEIGHTS = 0;

    /** Base register of the KV cache. */
    static final int KV = 1;

    /** Base register of the parameters. */
    static final int PARAMS = 2;

    /** Base register of the tables. */
    static final int TABLES = 3;

    /** Base register of the token ids. */
    static final int INPUT = 4;

    /** Base register of the logits. */
    static final int OUTPUT = 5;

    /** Base register of activations that do not stay on chip. */
    static final int SCRATCH = 6;

    /** Copies the collections. */
    public MemoryPlan {
        regions = List.copyOf(regions);
        tiles = List.copyOf(tiles);
        params = Map.copyOf(params);
        tables = List.copyOf(tables);
        kv = Map.copyOf(kv);
    }

    /** The region of a kind that a core sees. */
    public Region region(Region.Kind kind, int core) {
        return regions.stream()
                .filter(r -> r.kind() == kind && (r.core() == core || r.core() == Region.SHARED))
                .findFirst().orElseThrow(
                        () -> new IllegalArgumentException("no region " + kind + " on " + core));
    }

    /** The table of this name. */
    Table table(String name) {
        return tables.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("no table " + name));
    }

    /** Bytes of weights and parameters over all cores. */
    public long weightBytes() {
        return regions.stream()
                .filter(r -> r.kind() == Region.Kind.WEIGHTS || r.kind() == Region.Kind.PARAMS)
                .mapToLong(Region::bytes).sum();
    }

    /** Bytes of all KV caches. */
    public long kvBytes() {
        return regions.stream().filter(r -> r.kind() == Region.Kind.KV)
                .mapToLong(Region::bytes).sum();
    }
}
