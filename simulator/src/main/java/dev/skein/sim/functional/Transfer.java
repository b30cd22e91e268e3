package dev.skein.sim.functional;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.RowRanges;

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

    /** Address of row 0 off chip, from the start of the memory. */
    static long address(Instruction.Transfer t, Registers r, long[] bases) {
        return bases[t.base()] + t.offset() + (long) t.positionStride() * r.position();
    }

    /** Does one LD. */
    void load(int loadingCore, CoreState state, Instruction.Load i, Registers r, long[] bases) {
        long size = bytes(i, r);
        if (size <= 0) {
            return;
        }
        from = i.memory();
        core = loadingCore;
        to = state.bytes(i.dstSpace());
        at = state.check(i.dstSpace(), i.dst(), size);
        long row0 = address(i, r, bases);
        RowRanges rows = RowRanges.of(i.count(), r);
        range(row0 + rows.first() * i.rowBytes(), (int) (rows.count() * i.rowBytes()));
        if (rows.secondCount() > 0) {
            at += bytes;
            range(row0 + rows.second() * i.rowBytes(), (int) (rows.secondCount() * i.rowBytes()));
        }
    }

    private void range(long start, int size) {
        address = start;
        bytes = size;
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
