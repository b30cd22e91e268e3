package dev.skein.sim.rtl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A card whose cores run the HLS kernels in C-simulation. Not for several threads at a time. What
 * the kernels hold is freed by {@link #close}.
 */
public final class HlsCard implements HlsPort {
    /** Numbers of an outcome in {@code card.h}. */
    private static final int OUTCOME = 6;

    private final HlsLibrary library;
    private final HlsCalls calls;
    private final long order;
    private MemorySegment card = MemorySegment.NULL;

    /**
     * A card without cores, until {@link #open}.
     *
     * @param library the kernels
     * @param order seed of the order in which the units of a core get their turns; any gives the
     *     same bits
     */
    public HlsCard(HlsLibrary library, long order) {
        this.library = library;
        this.calls = library.calls();
        this.order = order;
    }

    @Override
    public void open(int cores) {
        close();
        card = calls.open().open(cores);
        if (card.equals(MemorySegment.NULL)) {
            throw new IllegalArgumentException("a card of " + cores + " cores: " + library.path()
                    + " was built for a board of " + library.cores()
                    + "; or this host has no memory left");
        }
    }

    @Override
    public void reserve(int core, int memory, long bytes) {
        good("memory " + memory + " of core " + core + ", " + bytes + " bytes",
                calls.reserve().set(card, core, memory, bytes));
    }

    @Override
    public void write(int core, int memory, long address, byte[] data) {
        try (Arena arena = Arena.ofConfined()) {
            good("writing memory " + memory + " of core " + core, calls.write().copy(card, core,
                    memory, address, arena.allocateFrom(JAVA_BYTE, data), data.length));
        }
    }

    @Override
    public void read(int core, int memory, long address, byte[] data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(data.length);
            good("reading memory " + memory + " of core " + core, calls.read().copy(card, core,
                    memory, address, to, data.length));
            MemorySegment.copy(to, JAVA_BYTE, 0, data, 0, data.length);
        }
    }

    @Override
    public void stream(int core, byte[] words) {
        try (Arena arena = Arena.ofConfined()) {
            good("the stream of core " + core, calls.stream().stream(card, core,
                    arena.allocateFrom(JAVA_BYTE, words), words.length));
        }
    }

    @Override
    public void buffers(int actBytes, int wgtBytes, int parBytes) {
        good("buffers of " + actBytes + ", " + wgtBytes + " and " + parBytes + " bytes",
                calls.buffers().buffers(card, actBytes, wgtBytes, parBytes));
    }

    @Override
    public void base(int core, int base, long value) {
        good("base register " + base + " of core " + core,
                calls.base().set(card, core, base, value));
    }

    @Override
    public void region(int core, int memory, long offset, long bytes, boolean writable) {
        good("region at " + offset + " of memory " + memory + " of core " + core,
                calls.region().region(card, core, memory, offset, bytes, writable ? 1 : 0));
    }

    @Override
    public HlsOutcome run(int position, int tokens) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG, OUTCOME);
            calls.run().run(card, position, tokens, 0, order, out);
            return new HlsOutcome(out.getAtIndex(JAVA_LONG, 0),
                    (int) out.getAtIndex(JAVA_LONG, 1), (int) out.getAtIndex(JAVA_LONG, 2),
                    out.getAtIndex(JAVA_LONG, 3), out.getAtIndex(JAVA_LONG, 4));
        }
    }

    @Override
    public byte[] peek(int core, int space, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(bytes);
            good("buffer " + space + " of core " + core,
                    calls.peek().peek(card, core, space, to, bytes));
            return to.toArray(JAVA_BYTE);
        }
    }

    private void good(String what, int code) {
        if (code != 0) {
            throw new IllegalArgumentException(what + ": not on the board that " + library.path()
                    + " was built for (code " + code + ")");
        }
    }

    @Override
    public void close() {
        calls.close().close(card);
        card = MemorySegment.NULL;
    }
}
