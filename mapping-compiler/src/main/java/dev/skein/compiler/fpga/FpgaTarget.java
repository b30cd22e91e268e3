package dev.skein.compiler.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Memory;

/**
 * What the back end needs to know of a board.
 *
 * @param name board name
 * @param cores computing cores, one per SLR
 * @param buffers on-chip capacities of a core
 * @param mvRows output channels the MPE computes at once in MV mode; tiles are multiples of it
 *     where they can be, so that no lane idles
 * @param hbmBytesPerCore capacity of a core's striped channel group
 * @param paramBytesPerCore capacity of a core's parameter channel
 * @param ddrBytes capacity of the shared DDR
 */
public record FpgaTarget(String name, int cores, BufferSizes buffers, int mvRows,
        long hbmBytesPerCore, long paramBytesPerCore, long ddrBytes) {
    /** Off-chip places start at a multiple of this: a stripe over the eight channels of a group. */
    static final int MEMORY_ALIGNMENT = 512;

    /** On-chip addresses of int8 data are multiples of this. */
    static final int BUFFER_ALIGNMENT = 16;

    /** What a board file says. */
    public static FpgaTarget of(Board board) {
        return new FpgaTarget(board.name(), board.cores(), board.buffers(), board.mpe().mv().n(),
                board.memory(Memory.HBM).capacityBytes(),
                board.memory(Memory.PARAM).capacityBytes(),
                board.memory(Memory.DDR).capacityBytes());
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
