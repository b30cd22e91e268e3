package dev.skein.sim.fpga;

import dev.skein.hls.board.Fetch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Instruction fetch of one core of the tick machine: blocks in order, into a buffer. */
final class TickFetch {
    private static final class Block {
        private final int number;
        private final TickArrival arrival;
        private boolean here;

        private Block(int number, TickArrival arrival) {
            this.number = number;
            this.arrival = arrival;
        }
    }

    private final TickMemories memories;
    private final int core;
    private final Streams stream;
    private final boolean onChip;
    private final ArrayDeque<Block> buffer = new ArrayDeque<>();
    /** Blocks given up by a jump that are still on their way. */
    private final List<Block> abandoned = new ArrayList<>();
    private int next;
    private int frontier;
    private int kept;
    private int occupiedAtStart;
    private boolean jumped;
    private long bytes;

    TickFetch(TickMemories memories, int core, Streams stream, Fetch fetch) {
        this.memories = memories;
        this.core = core;
        this.stream = stream;
        this.onChip = fetch.source() == Fetch.Source.CHIP;
    }

    void beginCycle() {
        for (Block b : buffer) {
            b.here = b.here || b.arrival.here();
        }
        abandoned.removeIf(b -> b.arrival.here());
        occupiedAtStart = buffer.size();
        jumped = false;
    }

    boolean has(int index) {
        return onChip || index < frontier || !buffer.isEmpty() && buffer.element().here;
    }

    void take(int index) {
        if (onChip || index < frontier) {
            return;
        }
        frontier = index + 1;
        kept = Math.max(kept, frontier - stream.history());
        if (stream.endsBlock(index)) {
            buffer.remove();
        }
    }

    void jump(int index) {
        if (onChip || index >= kept && stream.history() > 0) {
            return;
        }
        buffer.stream().filter(b -> !b.here).forEach(abandoned::add);
        buffer.clear();
        frontier = index;
        kept = index;
        next = index / stream.block();
        jumped = true;
    }

    /** Reads the next block if there is room; returns whether it did. */
    boolean tryRequest() {
        if (onChip || jumped || next == stream.blocks() || occupiedAtStart == stream.depth()) {
            return false;
        }
        TickMemories.Group group = memories.fetchGroup(core);
        buffer.add(new Block(next, new TickArrival(memories.send(group, stream.from(next),
                stream.bytes(next), false), group.memory().crossingCycles())));
        bytes += stream.bytes(next);
        next++;
        return true;
    }

    /** Whether nothing is on its way. */
    boolean isQuiet() {
        return abandoned.isEmpty() && buffer.stream().allMatch(b -> b.here);
    }

    /** The block the sequencer is at, for messages. */
    int block() {
        return buffer.isEmpty() ? next : buffer.element().number;
    }

    long bytes() {
        return bytes;
    }
}
