package dev.skein.sim.fpga;

import java.util.ArrayDeque;

/** A token FIFO as a shift register: tokens travel one stage a cycle and queue at the far end. */
final class TickFifo {
    private final ArrayDeque<int[]> travelling = new ArrayDeque<>();
    private int arrived;

    void push(int latencyCycles) {
        travelling.add(new int[] {latencyCycles});
    }

    boolean hasToken() {
        return arrived > 0;
    }

    boolean isEmpty() {
        return arrived == 0 && travelling.isEmpty();
    }

    void take() {
        arrived--;
    }

    void tick() {
        if (travelling.isEmpty()) {
            return;
        }
        for (int[] token : travelling) {
            token[0]--;
        }
        while (!travelling.isEmpty() && travelling.element()[0] == 0) {
            travelling.remove();
            arrived++;
        }
    }
}
