package dev.skein.runtime.backend.xrt;

import dev.skein.compiler.fpga.FpgaException;
import dev.skein.ffi.xrt.Card;
import dev.skein.ffi.xrt.CardBuffer;
import dev.skein.ffi.xrt.CardKernel;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * The memories of a board on a card: a buffer for each channel of each core, and one for each bank
 * of DDR, which all cores share. Addresses in a channel are those of the compiled program.
 */
final class CardMemory {
    /** Bytes copied at a time. */
    private static final int PIECE = 1 << 20;
    /** Buffers are whole pages; a port that no region is behind points at one. */
    private static final int PAGE = 4096;

    /**
     * A channel.
     *
     * @param port argument of the kernel: {@code hbm3}
     * @param core the core whose it is, or {@link Region#SHARED}
     */
    record Channel(String port, int core, Memory memory, int index, CardBuffer buffer) {
        /** For people: {@code core 1 hbm3}. */
        String name() {
            return (core == Region.SHARED ? "" : "core " + core + " ") + port;
        }
    }

    private final Board board;
    private final List<Region> regions;
    private final List<Channel> channels = new ArrayList<>();

    /**
     * Allocates all buffers.
     *
     * @param kernels by core
     * @throws FpgaException if the regions need more than a bank has
     */
    CardMemory(Card card, Board board, Design design, List<CardKernel> kernels,
            List<Region> regions) {
        this.board = board;
        this.regions = regions.stream().filter(r -> r.bytes() > 0).toList();
        for (Memory memory : Memory.values()) {
            boolean shared = memory == Memory.DDR;
            for (int core = 0; core < (shared ? 1 : board.cores()); core++) {
                int count = board.memory(memory, core).channels();
                for (int c = 0; c < count; c++) {
                    String port = memory.name().toLowerCase(Locale.ROOT) + c;
                    int owner = shared ? Region.SHARED : core;
                    long bytes = bytes(memory, owner, c);
                    requireRoom(design, core, port, bytes);
                    int group = group(design, kernels, core, port, shared);
                    channels.add(new Channel(port, owner, memory, c,
                            card.allocate(bytes, group)));
                }
            }
        }
    }

    private OffChipMemory memory(Memory memory, int core) {
        return board.memory(memory, Math.max(0, core));
    }

    private long bytes(Memory memory, int core, int channel) {
        Striped striped = Striped.of(memory(memory, core));
        long end = regions.stream().filter(r -> r.memory() == memory && r.core() == core)
                .mapToLong(r -> striped.below(channel, r.offset() + r.bytes())).max().orElse(0);
        return Math.max(PAGE, (end + PAGE - 1) / PAGE * PAGE);
    }

    private static void requireRoom(Design design, int core, String port, long bytes) {
        long bank = design.cores().get(core).banks().get(port);
        if (bytes > bank) {
            throw new FpgaException(design.file() + ": " + design.cores().get(core).unit() + "."
                    + port + ": the bank has " + bank + " bytes, the model needs " + bytes
                    + "; compile it with fewer bits or a smaller --context");
        }
    }

    /** The group of a port; of a shared bank it is the same for all cores. */
    private static int group(Design design, List<CardKernel> kernels, int core, String port,
            boolean shared) {
        int group = kernels.get(core).group(design.cores().get(core).argument(port));
        for (int other = 0; shared && other < kernels.size(); other++) {
            int found = kernels.get(other).group(design.cores().get(other).argument(port));
            if (found != group) {
                throw new FpgaException(design.file() + ": " + port + " of core " + core
                        + " is in memory group " + group + ", that of core " + other + " in "
                        + found + "; link the design with the link.cfg of 'skein vitis'");
            }
        }
        return group;
    }

    /** All channels, in order of memory, core and number. */
    List<Channel> channels() {
        return channels;
    }

    /** The buffer behind a port of a core. */
    CardBuffer buffer(int core, String port) {
        return channels.stream().filter(c -> c.port().equals(port)
                && (c.core() == core || c.core() == Region.SHARED)).findFirst().orElseThrow()
                .buffer();
    }

    /** Bytes of all buffers. */
    long totalBytes() {
        return channels.stream().mapToLong(c -> c.buffer().byteSize()).sum();
    }

    /**
     * What a part of a channel has to hold when all images are loaded.
     *
     * @param images content of a region, or null for zeros
     */
    byte[] expected(Channel channel, long local, int bytes,
            Function<Region, MemorySegment> images) {
        byte[] out = new byte[bytes];
        Striped striped = Striped.of(memory(channel.memory(), channel.core()));
        striped.pieces(channel.index(), local, bytes, (address, at, n) -> {
            for (Region r : regions) {
                MemorySegment image = images.apply(r);
                long from = Math.max(address, r.offset());
                long to = Math.min(address + n, r.offset() + r.bytes());
                if (r.memory() == channel.memory() && r.core() == channel.core() && from < to
                        && image != null) {
                    MemorySegment.copy(image, ValueLayout.JAVA_BYTE, from - r.offset(), out,
                            at + (int) (from - address), (int) (to - from));
                }
            }
        });
        return out;
    }

    /** Writes all channels: images, and zeros where there are none. */
    void load(Function<Region, MemorySegment> images, LongConsumer progress) {
        for (Channel c : channels) {
            long size = c.buffer().byteSize();
            for (long at = 0; at < size; at += PIECE) {
                int n = (int) Math.min(PIECE, size - at);
                c.buffer().write(at, expected(c, at, n, images));
                progress.accept(n);
            }
        }
    }

    /**
     * Reads all channels back and compares them with what was to be loaded.
     *
     * @return CRC32C of each channel, in their order
     * @throws FpgaException at the first channel that differs
     */
    long[] verify(Function<Region, MemorySegment> images, LongConsumer progress) {
        long[] sums = new long[channels.size()];
        for (int i = 0; i < sums.length; i++) {
            Channel c = channels.get(i);
            var found = new CRC32C();
            var needed = new CRC32C();
            for (long at = 0; at < c.buffer().byteSize(); at += PIECE) {
                int n = (int) Math.min(PIECE, c.buffer().byteSize() - at);
                found.update(c.buffer().read(at, n));
                needed.update(expected(c, at, n, images));
                progress.accept(n);
            }
            if (found.getValue() != needed.getValue()) {
                throw new FpgaException(String.format(Locale.ROOT, "%s: read back with CRC32C"
                        + " %08x, written with %08x: its memory or the way to it is faulty; run"
                        + " 'xbutil validate'", c.name(), found.getValue(), needed.getValue()));
            }
            sums[i] = found.getValue();
        }
        return sums;
    }

    /** Writes bytes of a region, from its start. */
    void write(Region region, byte[] data) {
        each(region, data.length, (channel, striped, from, count) -> {
            byte[] part = new byte[count];
            striped.pieces(channel.index(), from, count, (address, at, n) -> System.arraycopy(data,
                    (int) (address - region.offset()), part, at, n));
            channel.buffer().write(from, part);
        });
    }

    /** Reads bytes of a region, from its start. */
    byte[] read(Region region, int bytes) {
        byte[] out = new byte[bytes];
        each(region, bytes, (channel, striped, from, count) -> {
            byte[] part = channel.buffer().read(from, count);
            striped.pieces(channel.index(), from, count, (address, at, n) -> System.arraycopy(part,
                    at, out, (int) (address - region.offset()), n));
        });
        return out;
    }

    /** The part of a range of a region that a channel holds. */
    private interface Part {
        /** {@code count} bytes from {@code from} of the channel. */
        void copy(Channel channel, Striped striped, long from, int count);
    }

    private void each(Region region, int bytes, Part part) {
        for (Channel c : channels) {
            if (c.memory() == region.memory() && c.core() == region.core()) {
                Striped striped = Striped.of(memory(c.memory(), c.core()));
                long from = striped.below(c.index(), region.offset());
                long to = striped.below(c.index(), region.offset() + bytes);
                if (to > from) {
                    part.copy(c, striped, from, Math.toIntExact(to - from));
                }
            }
        }
    }
}
