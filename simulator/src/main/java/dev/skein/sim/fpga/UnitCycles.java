package dev.skein.sim.fpga;

import dev.skein.hls.isa.Unit;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the cycles of one unit went; see the package documentation. The sum is the run's cycles.
 *
 * @param instructions executed
 * @param busy working
 * @param waitMemory LD and ST: less than full data rate
 * @param waitPeer SYNC before the other cores
 * @param waitTokenFrom missing token, by the {@link Unit} (ordinal) it came from last
 * @param waitDispatch queue empty, more to come
 * @param waitFetch queue empty, and the sequencer waits for instructions
 * @param idle after the last instruction
 */
public record UnitCycles(long instructions, long busy, long waitMemory, long waitPeer,
        List<Long> waitTokenFrom, long waitDispatch, long waitFetch,
        long idle) {
    /** Copies the list. */
    public UnitCycles {
        waitTokenFrom = List.copyOf(waitTokenFrom);
    }

    /** Cycles in which a token was missing. */
    public long waitToken() {
        return waitTokenFrom.stream().mapToLong(Long::longValue).sum();
    }

    /** Cycles in which a token of this unit was missing last. */
    public long waitToken(Unit from) {
        return waitTokenFrom.get(from.ordinal());
    }

    /** The account of both. */
    public UnitCycles plus(UnitCycles o) {
        var from = new ArrayList<Long>();
        for (int i = 0; i < waitTokenFrom.size(); i++) {
            from.add(waitTokenFrom.get(i) + o.waitTokenFrom.get(i));
        }
        return new UnitCycles(instructions + o.instructions, busy + o.busy,
                waitMemory + o.waitMemory, waitPeer + o.waitPeer, from,
                waitDispatch + o.waitDispatch, waitFetch + o.waitFetch, idle + o.idle);
    }

    /** Sum of all, the cycles of the run. */
    public long total() {
        return busy + waitMemory + waitPeer + waitToken() + waitDispatch + waitFetch + idle;
    }
}
