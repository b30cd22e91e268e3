package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Orders the units of a core: given a stream in program order, sets the wait and release sets so
 * that every instruction comes after those it depends on. Only orders that do not already follow
 * from the order within a unit and from other tokens get a token.
 *
 * <p>The tokens from one unit to another are released and waited for in the same order, so the
 * FIFO between them matches by itself; all are consumed before LOOP, ENDLOOP and END, where the
 * queues are drained. In program order no FIFO ever holds more than {@link Unit#TOKEN_DEPTH}
 * tokens: where it would, the newest token in it moves to the later release, which the earlier
 * wait then waits for as well.
 *
 * <p>Repetitions are written out for this; trips that get the same tokens become one again.
 */
public final class TokenInsertion {
    private TokenInsertion() {}

    /** The same program with tokens; any it had are dropped. */
    public static Program insert(Program program) {
        return insert(program, Unit.TOKEN_DEPTH);
    }

    /** The same with at most {@code depth} tokens in a FIFO. */
    static Program insert(Program source, int depth) {
        var writtenOut = new WrittenOut(source);
        Program program = writtenOut.program();
        List<List<Instruction>> streams = new ArrayList<>(program.streams());
        EachCore.run(program.cores(), core -> {
            Scan scan = new Scan(program, core, false, depth);
            if (!scan.run()) {
                scan = new Scan(program, core, true, depth);
                scan.run();
            }
            streams.set(core, scan.result(program.streams().get(core)));
        });
        return writtenOut.fold(streams);
    }

    /** Tokens of one FIFO since the last drain: who released and who waited. */
    private static final class Fifo {
        int[] releases = new int[16];
        int[] waits = new int[16];
        int size;

        void add(int release, int wait) {
            if (size == releases.length) {
                releases = Arrays.copyOf(releases, 2 * size);
                waits = Arrays.copyOf(waits, 2 * size);
            }
            releases[size] = release;
            waits[size++] = wait;
        }
    }

    private static final class Scan extends DependenceScan {
        private static final int N = Unit.QUEUED;

        private final int depth;
        private final int[] waits;
        private final int[] releases;
        private final Clocks clocks;
        private final Fifo[] fifos = new Fifo[N * N];

        Scan(Program program, int core, boolean hull, int depth) {
            super(program, core, hull);
            this.depth = depth;
            int length = program.streams().get(core).size();
            waits = new int[length];
            releases = new int[length];
            clocks = new Clocks(length);
            Arrays.setAll(fifos, _ -> new Fifo());
        }

        @Override
        void drained(int at) {
            clocks.drained();
            for (Fifo f : fifos) {
                f.size = 0;
            }
        }

        @Override
        void visit(int at, Instruction instruction, int[] before) {
            int unit = instruction.unit().ordinal();
            while (true) {
                // Latest first: it is the one from which the others may follow.
                int latest = 0;
                for (int v = 1; v < N; v++) {
                    latest = before[v] > before[latest] ? v : latest;
                }
                int j = before[latest];
                if (j == NONE) {
                    break;
                }
                before[latest] = NONE;
                if (!clocks.covers(unit, latest, j)) {
                    token(latest, j, unit, at);
                    clocks.join(unit, j);
                }
            }
            clocks.pass(unit, at);
        }

        private void token(int from, int release, int to, int wait) {
            Fifo f = fifos[from * N + to];
            if (f.size >= depth && f.waits[f.size - depth] > release) {
                releases[f.releases[f.size - 1]] &= ~(1 << to);
                f.releases[f.size - 1] = release;
            } else {
                f.add(release, wait);
                waits[wait] |= 1 << from;
            }
            releases[release] |= 1 << to;
        }

        List<Instruction> result(List<Instruction> stream) {
            var out = new ArrayList<Instruction>(stream.size());
            for (int i = 0; i < stream.size(); i++) {
                Tokens tokens = (waits[i] | releases[i]) == 0 ? Tokens.NONE
                        : new Tokens(waits[i], releases[i]);
                out.add(stream.get(i).withTokens(tokens));
            }
            return out;
        }
    }
}
