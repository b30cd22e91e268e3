package dev.skein.sim.fpga;

/**
 * Where the cycles of a sequencer went. The sum is the run's cycles.
 *
 * @param dispatch decoding and dispatching
 * @param waitQueue a full unit queue
 * @param waitDrain a loop boundary or the end, until everything dispatched has ended
 * @param waitFetch instructions that have not come from memory yet
 * @param idle after END
 */
public record SequencerCycles(long dispatch, long waitQueue, long waitDrain, long waitFetch,
        long idle) {

    /** The account of both. */
    public SequencerCycles plus(SequencerCycles o) {
        return new SequencerCycles(dispatch + o.dispatch, waitQueue + o.waitQueue,
                waitDrain + o.waitDrain, waitFetch + o.waitFetch, idle + o.idle);
    }

    /** Sum of all, the cycles of the run. */
    public long total() {
        return dispatch + waitQueue + waitDrain + waitFetch + idle;
    }
}
