package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the back end needs to know of a board.
 *
 * @param name board name
 * @param memories off-chip memory of each computing core, one core per SLR
 * @param buffers on-chip capacities of a core
 * @param mvRows output channels the MPE computes at once in MV mode; tiles are multiples of it
 *     where they can be, so that no lane idles
 * @param ddrBytes capacity of the shared DDR
 * @param mapping overlap of operations, home of activations, tiles in the weight buffer
 */
public record FpgaTarget(String name, List<CoreMemory> memories, BufferSizes buffers, int mvRows,
        long ddrBytes, Mapping mapping) {
    /** DDR places start at a multiple of this, and parameters, which all cores place alike. */
    static final int MEMORY_ALIGNMENT = 512;

    /** On-chip addresses of int8 data are multiples of this. */
    static final int BUFFER_ALIGNMENT = 16;

    /**
     * A core's own memory.
     *
     * @param channels HBM pseudo-channels, and so the core's share of the bandwidth
     * @param turnBytes one stripe of every channel: HBM places start at a multiple of this
     * @param hbmBytes capacity of the striped channel group
     * @param paramBytes capacity of the parameter channel; 0 if parameters share the group
     */
    public record CoreMemory(int channels, int turnBytes, long hbmBytes, long paramBytes) {}

    /** Copies the list. */
    public FpgaTarget {
        memories = List.copyOf(memories);
    }

    /** What a board file says. */
    public static FpgaTarget of(Board board) {
        List<CoreMemory> memories = IntStream.range(0, board.cores()).mapToObj(core -> {
            OffChipMemory hbm = board.memory(Memory.HBM, core);
            return new CoreMemory(hbm.channels(), hbm.channels() * hbm.stripeBytes(),
                    hbm.capacityBytes(), board.memory(Memory.PARAM, core).capacityBytes());
        }).toList();
        return new FpgaTarget(board.name(), memories, board.buffers(), board.mpe().mv().n(),
                board.memory(Memory.DDR, 0).capacityBytes(), board.mapping());
    }

    /** So many cards of this board: all their cores, and the DDR of each. */
    public FpgaTarget times(int cards) {
        return cards == 1 ? this : new FpgaTarget(CardSet.name(name, cards),
                Collections.nCopies(cards, memories).stream().flatMap(List::stream).toList(),
                buffers, mvRows, ddrBytes, mapping);
    }

    /** The same with other buffers. */
    public FpgaTarget with(BufferSizes other) {
        return new FpgaTarget(name, memories, other, mvRows, ddrBytes, mapping);
    }

    /** The same with other cores. */
    public FpgaTarget with(List<CoreMemory> other) {
        return new FpgaTarget(name, other, buffers, mvRows, ddrBytes, mapping);
    }

    /** The same with another layout of work. */
    public FpgaTarget with(Mapping other) {
        return new FpgaTarget(name, memories, buffers, mvRows, ddrBytes, other);
    }

    /** Number of computing cores. */
    public int cores() {
        return memories.size();
    }

    /**
     * {@code n} items over the cores in whole blocks, in proportion to their bandwidth: what is
     * left after rounding down goes to the largest remainders, the first cores where those are
     * equal.
     */
    List<Range> split(int n, int block) {
        int blocks = Math.ceilDiv(n, block);
        int channels = memories.stream().mapToInt(CoreMemory::channels).sum();
        int[] own = new int[cores()];
        long[] remainder = new long[cores()];
        int left = blocks;
        for (int c = 0; c < own.length; c++) {
            long share = (long) blocks * memories.get(c).channels();
            own[c] = (int) (share / channels);
            remainder[c] = share % channels;
            left -= own[c];
        }
        for (; left > 0; left--) {
            int most = 0;
            for (int c = 1; c < own.length; c++) {
                most = remainder[c] > remainder[most] ? c : most;
            }
            own[most]++;
            remainder[most] = -1;
        }
        var out = new ArrayList<Range>(own.length);
        int from = 0;
        for (int count : own) {
            int to = Math.min(n, from + count * block);
            out.add(new Range(from, to));
            from = to;
        }
        return out;
    }

    /** Rounds up to a multiple of {@code alignment}. */
    static long align(long value, int alignment) {
        return Math.multiplyExact(Math.ceilDiv(value, alignment), (long) alignment);
    }

    /** Rounds up to a multiple of {@code alignment}. */
    static int align(int value, int alignment) {
        return Math.multiplyExact(Math.ceilDiv(value, alignment), alignment);
    }
}
