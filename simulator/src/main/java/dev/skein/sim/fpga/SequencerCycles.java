package dev.skein.sim.fpga;

/**
 * Where the cycles of a sequencer went. The sum is the run's cycles.
 *
 * @param dispatch decoding and dispatching
 * @param waitQueue a full unit queue
 * @param waitDrain a loop boundary or the end, until everything dispatched has ended
 * @param idle after END
 */
public record SequencerCycles(long dispatch, long waitQueue, long waitDrain, long idle) {

    /** Sum of all, the cycles of the run. */
    public long total() {
        return dispatch + waitQueue + waitDrain + idle;
    }
}
