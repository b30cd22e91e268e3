package dev.skein.sim.rtl;

/**
 * What the host does to a card that runs the HLS kernels, call by call as {@code csim/card.h} has
 * it: the C-simulation implements it, and so can a file that is replayed elsewhere.
 *
 * <p>A core counts for HBM and PARAM; memories and spaces are numbered as in {@code isa.h}.
 */
public interface HlsPort extends AutoCloseable {

    /** A card of zeros with so many cores. */
    void open(int cores);

    /** Makes the first bytes of a memory usable. */
    void reserve(int core, int memory, long bytes);

    /** Copies to a memory. */
    void write(int core, int memory, long address, byte[] data);

    /** Copies from a memory, {@code data.length} bytes. */
    void read(int core, int memory, long address, byte[] data);

    /** The stream that the next steps run on a core. */
    void stream(int core, byte[] words);

    /** The buffer sizes that the streams were compiled for. */
    void buffers(int actBytes, int wgtBytes, int parBytes);

    /** A base register at the start of a step. */
    void base(int core, int base, long value);

    /** One more region that a core may touch. */
    void region(int core, int memory, long offset, long bytes, boolean writable);

    /** Runs a step. */
    HlsOutcome run(int position, int tokens);

    /** The first bytes of an on-chip buffer of a core. */
    byte[] peek(int core, int space, int bytes);

    @Override
    void close();
}
