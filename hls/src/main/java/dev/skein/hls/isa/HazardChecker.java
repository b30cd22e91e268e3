package dev.skein.hls.isa;

import java.util.Arrays;

/**
 * Proves that the tokens of a program order its units enough: any two conflicting accesses of two
 * units of one core are ordered in every execution that the queues and tokens allow, so the result
 * is the one of program order. Works with vector clocks along the program order; the token rules of
 * {@link ProgramVerifier} have to hold.
 */
public final class HazardChecker {
    private HazardChecker() {}

    /**
     * Checks all cores.
     *
     * @throws ProgramException for the first pair of accesses that may come in either order
     */
    public static void check(Program source) {
        Program program = new WrittenOut(source).program();
        EachCore.run(program.cores(), core -> {
            if (!new Scan(program, core, false).run()) {
                new Scan(program, core, true).run();
            }
        });
    }

    /** Releases that nobody has waited for yet, oldest first. */
    private static final class Fifo {
        private final int[] ring = new int[Unit.TOKEN_DEPTH + 1];
        private int head;
        private int size;

        void push(int release) {
            ring[(head + size++) % ring.length] = release;
        }

        int pop() {
            int release = ring[head];
            head = (head + 1) % ring.length;
            size--;
            return release;
        }
    }

    private static final class Scan extends DependenceScan {
        private static final int N = Unit.QUEUED;

        private final Program program;
        private final int core;
        private final Clocks clocks;
        private final Fifo[] fifos = new Fifo[N * N];

        Scan(Program program, int core, boolean hull) {
            super(program, core, hull);
            this.program = program;
            this.core = core;
            clocks = new Clocks(program.streams().get(core).size());
            Arrays.setAll(fifos, _ -> new Fifo());
        }

        @Override
        void drained(int at) {
            clocks.drained();
        }

        @Override
        void visit(int at, Instruction instruction, int[] before) {
            int unit = instruction.unit().ordinal();
            Tokens tokens = instruction.tokens();
            for (int v = 0; v < N; v++) {
                if ((tokens.waits() >>> v & 1) != 0) {
                    clocks.join(unit, fifos[v * N + unit].pop());
                }
            }
            for (int v = 0; v < N; v++) {
                if (before[v] != NONE && !clocks.covers(unit, v, before[v])) {
                    throw unordered(at, instruction, before[v]);
                }
            }
            clocks.pass(unit, at);
            for (int v = 0; v < N; v++) {
                if ((tokens.releases() >>> v & 1) != 0) {
                    fifos[unit * N + v].push(at);
                }
            }
        }

        private ProgramException unordered(int at, Instruction instruction, int earlier) {
            Instruction other = program.streams().get(core).get(earlier);
            return ProgramException.at(program.name(), core, at, instruction, "waits",
                    "conflicts with instruction " + earlier + " (" + other.opcode().mnemonic()
                            + ") of unit " + other.unit() + " and may overtake it; order them with"
                            + " tokens, as TokenInsertion does");
        }
    }
}
