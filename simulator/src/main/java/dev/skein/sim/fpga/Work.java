package dev.skein.sim.fpga;

import dev.skein.hls.isa.Memory;

/** What a dispatched instruction asks of its unit, with all extents and addresses resolved. */
sealed interface Work {

    /** MPE, SFU, BCAST: a known number of cycles. */
    record Compute(long cycles) implements Work {}

    /** LD, ST: a contiguous range of a memory. */
    record Transfer(Memory memory, long address, long bytes, boolean write) implements Work {}

    /** LDG: {@code count} rows of DDR chosen by the int32 at {@code index}. */
    record Gather(long index, long table, int rowBytes, int count) implements Work {}

    /** SYNC. */
    record Meet() implements Work {}
}
