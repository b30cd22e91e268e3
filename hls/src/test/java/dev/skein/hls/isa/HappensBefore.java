package dev.skein.hls.isa;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The order in which the instructions of one step may run on all cores, as a closed relation built
 * without the verifier's shortcuts: order within a unit, tokens matched one by one, drained queues,
 * barriers. Every pair of conflicting accesses must be in it.
 */
final class HappensBefore {
    private static final int N = Unit.QUEUED;

    /** An access: buffers are numbered by core and space, memories by core unless shared. */
    private record Access(int place, long from, long to, boolean write) {}

    private static final class Core {
        final List<Trace.Step> steps;
        final BitSet drained = new BitSet();
        final BitSet all = new BitSet();
        final BitSet[] unit = new BitSet[N];
        final List<ArrayDeque<Integer>> fifos = new ArrayList<>();
        int next;

        Core(List<Trace.Step> steps) {
            this.steps = steps;
            for (int i = 0; i < N * N; i++) {
                fifos.add(new ArrayDeque<>());
            }
            for (int u = 0; u < N; u++) {
                unit[u] = new BitSet();
            }
        }
    }

    private final List<Core> cores = new ArrayList<>();
    private final List<BitSet> before = new ArrayList<>();
    private final List<List<Access>> accesses = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    HappensBefore(Program program, int position, int tokens) {
        for (int c = 0; c < program.cores(); c++) {
            cores.add(new Core(Trace.of(program, c, position, tokens)));
        }
        boolean more = true;
        while (more) {
            var barriers = new ArrayList<Integer>();
            for (int c = 0; c < cores.size(); c++) {
                int barrier = runToBarrier(c);
                if (barrier >= 0) {
                    barriers.add(barrier);
                }
            }
            more = !barriers.isEmpty();
            var joint = new BitSet();
            for (int b : barriers) {
                joint.or(before.get(b));
                joint.set(b);
            }
            for (int b : barriers) {
                before.get(b).or(joint);
                before.get(b).clear(b);
            }
            for (Core core : cores) {
                core.unit[Unit.SYS.ordinal()].or(joint);
            }
        }
    }

    private int runToBarrier(int c) {
        Core core = cores.get(c);
        while (core.next < core.steps.size()) {
            Trace.Step step = core.steps.get(core.next++);
            if (step.drains()) {
                // What the barriers of this core have met is over too.
                for (int n = core.all.nextSetBit(0); n >= 0; n = core.all.nextSetBit(n + 1)) {
                    core.drained.or(before.get(n));
                }
                core.drained.or(core.all);
                continue;
            }
            int node = add(c, core, step);
            if (step.instruction() instanceof Instruction.Barrier) {
                return node;
            }
        }
        return -1;
    }

    private int add(int c, Core core, Trace.Step step) {
        int node = before.size();
        int u = step.instruction().unit().ordinal();
        BitSet mine = (BitSet) core.unit[u].clone();
        mine.or(core.drained);
        Tokens t = step.instruction().tokens();
        for (int v = 0; v < N; v++) {
            if ((t.waits() >>> v & 1) != 0) {
                int released = core.fifos.get(v * N + u).remove();
                mine.or(before.get(released));
                mine.set(released);
            }
            if ((t.releases() >>> v & 1) != 0) {
                core.fifos.get(u * N + v).add(node);
            }
        }
        before.add(mine);
        core.unit[u].or(mine);
        core.unit[u].set(node);
        core.all.set(node);
        names.add("core " + c + " " + step);
        accesses.add(accesses(c, step));
        return node;
    }

    private List<Access> accesses(int c, Trace.Step step) {
        var out = new ArrayList<Access>();
        step.visit(new AccessSink() {
            @Override
            public void onChip(Space space, long from, long to, boolean write) {
                if (!(step.instruction() instanceof Instruction.Barrier)) {
                    out.add(new Access(6 * c + space.ordinal(), from, to, write));
                }
            }

            @Override
            public void offChip(Memory memory, int base, long from, long to, boolean write) {
                int place = memory == Memory.DDR ? -1 : 6 * c + 3 + memory.ordinal();
                out.add(new Access(place, step.bases()[base] + from, step.bases()[base] + to,
                        write));
            }
        });
        if (step.instruction() instanceof Instruction.Broadcast b) {
            for (int other = 0; other < cores.size(); other++) {
                int where = other;
                new Accesses(Lengths.at(step.registers()), new AccessSink() {
                    @Override
                    public void onChip(Space space, long from, long to, boolean write) {
                        out.add(new Access(6 * where + space.ordinal(), from, to, write));
                    }

                    @Override
                    public void offChip(Memory m, int base, long from, long to, boolean write) { }
                }).broadcastTarget(b);
            }
        }
        return out;
    }

    void check(String where) {
        for (int i = 0; i < before.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!before.get(i).get(j) && !before.get(j).get(i) && conflict(i, j)) {
                    throw new AssertionError(where + ": unordered\n  " + names.get(j) + "\n  "
                            + names.get(i));
                }
            }
        }
    }

    private boolean conflict(int i, int j) {
        for (Access a : accesses.get(i)) {
            for (Access b : accesses.get(j)) {
                if (a.place() == b.place() && (a.write() || b.write()) && a.from() < b.to()
                        && b.from() < a.to()) {
                    return true;
                }
            }
        }
        return false;
    }
}
