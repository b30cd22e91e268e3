package dev.skein.compiler.gpu;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.WeightRef;
import java.util.List;
import java.util.Objects;

/**
 * Memory of the device.
 *
 * @param name for messages
 * @param bytes its size
 * @param content what it holds before the first step
 */
public record PlanBuffer(String name, long bytes, Content content) {
    /** Checks the size. */
    public PlanBuffer {
        Objects.requireNonNull(content, "content");
        if (bytes < 1) {
            throw new IllegalArgumentException("buffer " + name + " of " + bytes + " bytes");
        }
    }

    /** What a buffer holds. */
    public sealed interface Content {}

    /** A matrix as {@link dev.skein.compiler.compress.PackedMatrix} packs it. */
    public record Matrix(WeightRef ref, WeightFormat format) implements Content {}

    /** A vector or table in binary32. */
    public record Floats(WeightRef ref) implements Content {}

    /** Integers of 32 bits. */
    public record Integers(List<Integer> values) implements Content {
        /** Copies the list. */
        public Integers {
            values = List.copyOf(values);
        }
    }

    /** Zeros: what steps fill row by row, and read beyond what is filled. */
    public record Zeros() implements Content {}

    /** Nothing: written before it is read. */
    public record Scratch() implements Content {}
}
