package dev.skein.sim.trace;

import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Unit;

/**
 * An instruction of a unit. Times are cycles of the step.
 *
 * @param core whose
 * @param unit which
 * @param index in the core's stream
 * @param opcode what
 * @param start when it started
 * @param own from when it was the oldest of its unit in flight
 * @param moved when its data had moved, or its work was done
 * @param end when it ended: its tokens go out
 * @param bytes from or to memory, payload
 * @param macs multiply-accumulates
 * @param cycles of its unit that are charged to it
 */
public record InstructionSpan(int core, Unit unit, int index, Opcode opcode, long start, long own,
        long moved, long end, long bytes, long macs, Charge cycles) {

    /**
     * Cycles of a unit charged to an instruction, before and while it ran.
     *
     * @param busy working
     * @param memory waiting for memory
     * @param peer waiting for other cores
     * @param token waiting for a token
     * @param tokenFrom the unit whose token came last, if {@code token} is not 0
     * @param dispatch queue empty
     * @param fetch queue empty because the sequencer had no instructions
     */
    public record Charge(long busy, long memory, long peer, long token, Unit tokenFrom,
            long dispatch, long fetch) {}
}
