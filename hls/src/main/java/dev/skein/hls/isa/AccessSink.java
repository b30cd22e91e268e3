package dev.skein.hls.isa;

/** Receives the accesses of an instruction, see {@link Footprint}; nothing is allocated. */
public interface AccessSink {
    /**
     * An access to a buffer of the core.
     *
     * @param space which buffer
     * @param from first byte
     * @param to one past the last byte
     * @param write whether it writes
     */
    void onChip(Space space, long from, long to, boolean write);

    /**
     * An access to off-chip memory.
     *
     * @param memory which memory
     * @param base base register to add
     * @param from first byte, relative to the base register
     * @param to one past the last byte, relative to the base register
     * @param write whether it writes
     */
    void offChip(Memory memory, int base, long from, long to, boolean write);
}
