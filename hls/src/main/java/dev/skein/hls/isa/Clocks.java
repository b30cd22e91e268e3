package dev.skein.hls.isa;

import java.util.Arrays;

/**
 * Vector clocks of the units of a core: for each pair of units (u, v) the latest instruction of v
 * that is certainly over before the next instruction of u starts.
 */
final class Clocks {
    private static final int N = Unit.QUEUED;

    private final int[] now = new int[N * N];
    private final int[] ends;

    /** For a stream of this many instructions. */
    Clocks(int length) {
        ends = new int[length * N];
        drained();
    }

    /** Everything so far is over; instructions of before are not asked about any more. */
    void drained() {
        Arrays.fill(now, DependenceScan.NONE);
    }

    /** Whether instruction {@code j} of unit {@code v} is over when unit {@code u} goes on. */
    boolean covers(int u, int v, int j) {
        return now[u * N + v] >= j;
    }

    /** Unit {@code u} waits for the end of instruction {@code j}. */
    void join(int u, int j) {
        for (int v = 0; v < N; v++) {
            now[u * N + v] = Math.max(now[u * N + v], ends[j * N + v]);
        }
    }

    /** Unit {@code u} has run instruction {@code j}. */
    void pass(int u, int j) {
        now[u * N + u] = j;
        System.arraycopy(now, u * N, ends, j * N, N);
    }
}
