package dev.skein.sim.fpga;

import dev.skein.hls.board.Fetch;

/** Instruction fetch of one core in the event-driven machine. */
final class EventFetch {
    private final EventRun run;
    private final int core;
    private final Streams stream;
    private final EventMemories.Group memory;
    private final boolean onChip;
    /** When each block of the buffer is there, by block modulo depth. */
    private final long[] landings;
    /** Next block to read, next block to be used up; their difference is what the buffer holds. */
    private int requested;
    private int used;
    /** Next instruction to take from the buffer, and the first behind it that is still kept. */
    private int frontier;
    private int kept;
    private long lastRequest = -1;
    private long latestLanding;
    private long bytes;

    EventFetch(EventRun run, int core, Streams stream) {
        this.run = run;
        this.core = core;
        this.stream = stream;
        this.memory = run.memories.fetchGroup(core);
        this.onChip = run.board.fetch().source() == Fetch.Source.CHIP;
        this.landings = new long[stream.depth()];
        run.plan(core, EventRun.FETCH, onChip ? EventRun.NEVER : 0);
    }

    /** The event of the fetch unit: it reads a block. */
    void request(long t) {
        run.memories.begin(t);
        run.memories.serve(memory, t, stream.from(requested), stream.bytes(requested), false);
        long landing = run.memories.landing();
        landings[requested % landings.length] = landing;
        latestLanding = Math.max(latestLanding, landing);
        bytes += stream.bytes(requested);
        lastRequest = t;
        requested++;
        plan(t + 1);
    }

    private void plan(long earliest) {
        boolean more = requested < stream.blocks() && requested - used < landings.length;
        run.plan(core, EventRun.FETCH, more ? Math.max(earliest, lastRequest + 1)
                : EventRun.NEVER);
    }

    /**
     * When the sequencer, free at {@code t}, can begin an instruction; {@link EventRun#NEVER} as
     * long as it has not been asked for.
     */
    long available(int index, long t) {
        if (onChip || index < frontier) {
            return t;
        }
        int block = index / stream.block();
        return block < requested ? Math.max(t, landings[block % landings.length])
                : EventRun.NEVER;
    }

    /** The sequencer begins an instruction. */
    void take(int index, long t) {
        if (onChip || index < frontier) {
            return;
        }
        frontier = index + 1;
        kept = Math.max(kept, frontier - stream.history());
        if (stream.endsBlock(index)) {
            boolean full = requested - used == landings.length;
            used++;
            if (full) {
                plan(t + 1);
            }
        }
    }

    /** The sequencer goes back at {@code t}: to what is still kept, or to memory. */
    void jump(int index, long t) {
        if (onChip || index >= kept && stream.history() > 0) {
            return;
        }
        frontier = index;
        kept = index;
        used = index / stream.block();
        requested = used;
        plan(t + 1);
    }

    long latestLanding() {
        return latestLanding;
    }

    long bytes() {
        return bytes;
    }
}
