package dev.skein.sim.fpga;

import dev.skein.hls.isa.Memory;

/** What a dispatched instruction asks of its unit, with all extents and addresses resolved. */
sealed interface Work {

    /** MPE, SFU, BCAST: a known number of cycles. */
    record Compute(long cycles) implements Work {}

    /**
     * LD, ST: a range of a memory, or two with the gap of a span between them.
     *
     * @param address first byte
     * @param bytes of the first range
     * @param address2 first byte of the second range
     * @param bytes2 of the second range, 0 if there is none
     * @param percent of a channel's rate that the data mover takes
     */
    record Transfer(Memory memory, long address, long bytes, long address2, long bytes2,
            boolean write, int percent) implements Work {
        /** Bytes of both ranges. */
        long allBytes() {
            return bytes + bytes2;
        }
    }

    /** LDG: {@code count} rows of DDR chosen by the int32 at {@code index}. */
    record Gather(long index, long table, int rowBytes, int count) implements Work {}

    /** SYNC. */
    record Meet() implements Work {}
}
