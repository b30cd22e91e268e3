package dev.skein.sim.functional;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Registers;

/** Addresses of contiguous transfers, and LD, whose large copies take two threads. */
final class Transfer implements Gang.Job {
    /** Bytes of a piece; only copies of several pieces are shared. */
    private static final int PIECE = 128 << 10;

    private final DeviceMemory memory;
    private final boolean share;
    private Memory from;
    private int core;
    private long address;
    private byte[] to;
    private int at;
    private int bytes;

    Transfer(DeviceMemory memory, boolean share) {
        this.memory = memory;
        this.share = share;
    }

    /** Bytes that a transfer moves; none if a tile lies past the context. */
    static long bytes(Instruction.Transfer t, Registers r) {
        return (long) Math.max(0, t.count().resolve(r)) * t.rowBytes();
    }

    /** First byte off chip, from the start of the memory. */
    static long address(Instruction.Transfer t, Registers r, long[] bases) {
        return bases[t.base()] + t.offset() + (long) t.positionStride() * r.position()
                + (long) t.count().tileOffset(r) * t.rowBytes();
    }

    /** Does one LD. */
    void load(int loadingCore, CoreState state, Instruction.Load i, Registers r, long[] bases) {
        long size = bytes(i, r);
        if (size <= 0) {
            return;
        }
        from = i.memory();
        core = loadingCore;
        address = address(i, r, bases);
        to = state.bytes(i.dstSpace());
        at = state.check(i.dstSpace(), i.dst(), size);
        bytes = (int) size;
        if (share && bytes >= 2 * PIECE) {
            Gang.run(this, (bytes + PIECE - 1) / PIECE);
        } else {
            memory.read(from, core, address, to, at, bytes);
        }
    }

    @Override
    public void piece(int index, int worker) {
        int start = index * PIECE;
        memory.read(from, core, address + start, to, at + start, Math.min(PIECE, bytes - start));
    }
}
