package dev.skein.hls.isa;

/**
 * A named extent of off-chip memory. Every DMA of a verified program lies inside one region.
 *
 * @param name unique, for reports: {@code weights}, {@code kv}, {@code params}, {@code tokens}
 * @param memory which memory
 * @param core the core whose memory it is, or {@link #SHARED} for DDR
 * @param kind what it holds
 * @param base the base register that points at it during a step
 * @param offset first byte from the start of the memory
 * @param bytes size
 */
public record Region(String name, Memory memory, int core, Kind kind, int base, long offset,
        long bytes) {
    /** Core of a region in memory that all cores share. */
    public static final int SHARED = -1;

    /** What a region holds. */
    public enum Kind {
        /** Packed weights; read only. */
        WEIGHTS,
        /** Norm weights and other per-core parameters; read only. */
        PARAMS,
        /** Embedding, position and RoPE tables; read only. */
        TABLES,
        /** KV cache; read and written by the device. */
        KV,
        /** Activations between operations, where they do not stay on chip; read and written. */
        SCRATCH,
        /** Token ids, written by the host before a step. */
        INPUT,
        /** Logits, read by the host after a step. */
        OUTPUT
    }

    /** Checks the extents. */
    public Region {
        if (offset < 0 || bytes < 0 || core < SHARED || base < 0 || base >= Registers.BASES) {
            throw new IllegalArgumentException("region " + name + ": offset " + offset + ", bytes "
                    + bytes + ", core " + core + ", base register " + base);
        }
        if ((memory == Memory.DDR) != (core == SHARED)) {
            throw new IllegalArgumentException("region " + name + ": " + memory + " of core " + core
                    + "; DDR is shared, HBM and PARAM belong to a core");
        }
        Math.addExact(offset, bytes);
    }

    /** Whether the device may write it. */
    public boolean writable() {
        return kind == Kind.KV || kind == Kind.SCRATCH || kind == Kind.OUTPUT;
    }
}
