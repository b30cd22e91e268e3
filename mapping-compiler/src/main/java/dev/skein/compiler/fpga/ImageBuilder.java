package dev.skein.compiler.fpga;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.isa.Region;
import dev.skein.hls.number.StripRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Quantises and packs the weights into the memory images of a plan, a tile at a time. */
public final class ImageBuilder {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemoryPlan plan;
    private final Weights weights;
    private final Map<String, WeightRef> refs = new HashMap<>();

    private ImageBuilder(Graph graph, MemoryPlan plan, Weights weights) {
        this.plan = plan;
        this.weights = weights;
        for (Node node : graph.nodes()) {
            node.op().weights().forEach(ref -> refs.put(ref.name(), ref));
        }
    }

    /**
     * The images of all read-only regions.
     *
     * @param arena owns the images
     * @param progress is told the bytes of each tile that is done, from several threads
     */
    public static MemoryImages build(FpgaPlan plan, Weights weights, Arena arena,
            Consumer<Integer> progress) {
        return new ImageBuilder(plan.graph(), plan.memory(), weights).build(arena, progress);
    }

    private MemoryImages build(Arena arena, Consumer<Integer> progress) {
        var segments = new HashMap<String, MemorySegment>();
        MemorySegment[] cores = plan.regions().stream()
                .filter(r -> r.kind() == Region.Kind.WEIGHTS)
                .map(r -> arena.allocate(r.bytes(), FpgaTarget.MEMORY_ALIGNMENT))
                .toArray(MemorySegment[]::new);
        MemorySegment params = null;
        for (Region region : plan.regions()) {
            switch (region.kind()) {
                case WEIGHTS -> segments.put(region.name(), cores[region.core()]);
                case PARAMS -> {
                    params = params == null ? params(arena, region.bytes()) : params;
                    segments.put(region.name(), params);
                }
                case TABLES -> segments.put(region.name(), tables(arena, region.bytes()));
                case KV, SCRATCH, INPUT, OUTPUT -> { }
            }
        }
        plan.tiles().parallelStream().forEach(tile -> {
            write(tile, cores[tile.core()].asSlice(tile.offset(), tile.bytes()));
            progress.accept(tile.bytes());
        });
        return new MemoryImages(segments);
    }

    private void write(WeightTile tile, MemorySegment dst) {
        WeightRef ref = refs.get(tile.weight());
        int rows = tile.rows().width();
        var layout = new PackedMatrix(tile.format(), rows, tile.k());
        if (tile.padding() == 0) {
            layout.pack(own(tile, ref), dst);
        } else {
            padded(tile, ref, layout, dst);
        }
        if (tile.biased()) {
            float[] biases = weights.get(tile.bias());
            put(biases, tile.rows().from(), rows, dst, tile.scaleOffset() + 4L * tile.allRows());
            put(biases, tile.rows().from(), rows, dst, tile.ownVectors() + 4L * rows);
        }
    }

    /** The rows of a tile; whole strips are compressed, whatever rows of them it has. */
    private QuantisedMatrix own(WeightTile tile, WeightRef ref) {
        int unit = tile.format().isUniform() ? 1 : StripRows.ROWS;
        int first = tile.rows().from() / unit * unit;
        int last = Math.min(FpgaTarget.align(tile.rows().to(), unit), ref.rows());
        return weights.quantised(ref, tile.format(), first, last - first)
                .slice(tile.rows().from() - first, tile.rows().width());
    }

    /** Behind its rows a padded tile has the first rows again, with scales of zero. */
    private void padded(WeightTile tile, WeightRef ref, PackedMatrix layout, MemorySegment dst) {
        int rows = tile.rows().width();
        int end = tile.weightBytes(rows);
        if (rows > 0) {
            MemorySegment packed = MemorySegment.ofArray(layout.pack(own(tile, ref)));
            MemorySegment.copy(packed, 0, dst, 0, end);
            MemorySegment.copy(packed, layout.scaleOffset(), dst, tile.scaleOffset(), 4L * rows);
            MemorySegment.copy(packed, layout.scaleOffset(), dst, tile.ownVectors(), 4L * rows);
        }
        int first = Math.min(ref.rows(), StripRows.ROWS);
        MemorySegment filler = MemorySegment.ofArray(
                new PackedMatrix(tile.format(), first, tile.k()).pack(
                        weights.quantised(ref, tile.format(), 0, first)));
        int unit = tile.weightBytes(first);
        int all = tile.weightBytes(tile.allRows());
        for (int at = end; at < all; at += unit) {
            MemorySegment.copy(filler, 0, dst, at, Math.min(unit, all - at));
        }
    }

    private MemorySegment params(Arena arena, long bytes) {
        MemorySegment out = arena.allocate(bytes, FpgaTarget.MEMORY_ALIGNMENT);
        plan.params().forEach((name, offset) -> {
            float[] values = weights.get(name);
            put(values, 0, values.length, out, offset);
        });
        return out;
    }

    private MemorySegment tables(Arena arena, long bytes) {
        MemorySegment out = arena.allocate(bytes, FpgaTarget.MEMORY_ALIGNMENT);
        for (Table table : plan.tables()) {
            // In pieces: the embedding of a large model is not held twice.
            int step = Math.max(1, (1 << 20) / table.cols());
            for (int row = 0; row < table.rows(); row += step) {
                int rows = Math.min(step, table.rows() - row);
                float[] values = new float[rows * table.cols()];
                weights.readRows(refs.get(table.name()), row, rows, values);
                put(values, 0, values.length, out,
                        table.offset() + 4L * row * table.cols());
            }
        }
        return out;
    }

    private static void put(float[] src, int from, int count, MemorySegment dst, long offset) {
        MemorySegment.copy(src, from, dst, FLOAT, offset, count);
    }
}
