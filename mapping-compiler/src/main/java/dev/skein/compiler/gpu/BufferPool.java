package dev.skein.compiler.gpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The buffers of a plan. Scratch buffers that are given back are handed out again for the same
 * size, so that all layers use the same ones.
 */
final class BufferPool {
    private final List<PlanBuffer> buffers = new ArrayList<>();
    private final Map<Long, Deque<Integer>> free = new HashMap<>();

    /** A buffer that keeps its content. */
    int add(String name, long bytes, PlanBuffer.Content content) {
        buffers.add(new PlanBuffer(name, bytes, content));
        return buffers.size() - 1;
    }

    /** A buffer until it is given back. */
    int take(String name, long bytes) {
        Deque<Integer> same = free.get(bytes);
        return same == null || same.isEmpty() ? add(name, bytes, new PlanBuffer.Scratch())
                : same.pop();
    }

    /** Gives one back: launches from the next one on may write to it. */
    void give(int buffer) {
        free.computeIfAbsent(buffers.get(buffer).bytes(), _ -> new ArrayDeque<>()).push(buffer);
    }

    List<PlanBuffer> all() {
        return buffers;
    }
}
