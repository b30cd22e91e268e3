package dev.skein.compiler.gpu;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Spans;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.hls.isa.Span;
import dev.skein.hls.number.PackedRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The buffers that outlive a step, each made once: weights, tables, spans and caches. */
final class PlanMemory {
    private final BufferPool pool;
    private final int pages;
    private final Map<Object, Integer> known = new HashMap<>();
    private final Map<Integer, Cache> caches = new HashMap<>();

    /**
     * Keys and values of a layer: {@code [pages, kvHeads, 64, headDim rounded up to 16]} elements
     * of so many bytes, int8 with scales {@code [pages, kvHeads, 64] binary32} or binary16, whose
     * scales are any buffer and not read.
     */
    record Cache(int keys, int keyScales, int values, int valueScales, int elementBytes) {}

    /** @param pages of a cache */
    PlanMemory(BufferPool pool, int pages) {
        this.pool = pool;
        this.pages = pages;
    }

    int matrix(WeightRef ref, WeightFormat format) {
        long bytes = new PackedMatrix(format, ref.rows(), ref.cols()).bytes();
        return once(new PlanBuffer.Matrix(ref, format), ref.name(), bytes);
    }

    int floats(WeightRef ref) {
        return once(new PlanBuffer.Floats(ref), ref.name(), Float.BYTES * ref.elements());
    }

    int spans(Op.Attention op) {
        List<Span> heads = op.spans().map(Spans::heads)
                .orElseGet(() -> Collections.nCopies(op.kvHeads(), Span.DENSE));
        List<Integer> numbers = new ArrayList<>();
        for (Span span : heads) {
            Collections.addAll(numbers, span.global(), span.window(), span.growth());
        }
        return once(new PlanBuffer.Integers(numbers), "spans",
                (long) Integer.BYTES * numbers.size());
    }

    private int once(PlanBuffer.Content content, String name, long bytes) {
        return known.computeIfAbsent(content, _ -> pool.add(name, bytes, content));
    }

    Cache cache(Op.Attention op) {
        return caches.computeIfAbsent(op.layer(), layer -> {
            long rows = Math.multiplyExact((long) op.kvHeads() * KernelPlan.PAGE, pages);
            long bytes = Math.multiplyExact(rows, PackedRows.align16(op.headDim()));
            String name = "cache of layer " + layer;
            return new Cache(zeros(name, bytes), zeros(name, Float.BYTES * rows),
                    zeros(name, bytes), zeros(name, Float.BYTES * rows), Byte.BYTES);
        });
    }

    Cache halfCache(Op.Attention op) {
        return caches.computeIfAbsent(op.layer(), layer -> {
            long bytes = Math.multiplyExact((long) op.kvHeads() * KernelPlan.PAGE * Short.BYTES
                    * PackedRows.align16(op.headDim()), pages);
            String name = "cache of layer " + layer;
            int keys = zeros(name, bytes);
            int values = zeros(name, bytes);
            return new Cache(keys, keys, values, values, Short.BYTES);
        });
    }

    private int zeros(String name, long bytes) {
        return pool.add(name, bytes, new PlanBuffer.Zeros());
    }
}
