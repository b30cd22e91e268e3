package dev.skein.runtime;

import dev.skein.compiler.gpu.Capacity;
import java.util.OptionalInt;

/**
 * What a device has room for, where several requests run at once.
 *
 * @param sequences at once
 * @param chunk most tokens of a step
 * @param pages of the KV cache; by default enough for all sequences at their longest
 */
public record BatchRoom(int sequences, int chunk, OptionalInt pages) {

    /** For sequences of so many positions. */
    Capacity capacity(int maxContext) {
        Capacity full = Capacity.full(maxContext, sequences, chunk);
        return pages.isEmpty() ? full
                : new Capacity(maxContext, sequences, pages.getAsInt(), chunk);
    }
}
