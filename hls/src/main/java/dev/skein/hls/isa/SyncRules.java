package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the cores must agree on: the k-th SYNC of every core meets, what is broadcast before it lies
 * in the gather interval of every core, and nobody uses that interval while it may be written.
 */
final class SyncRules implements AccessSink {
    /** Broadcasts of a core before one SYNC: more than any program needs. */
    static final int BROADCASTS = 1024;

    private record Sent(int core, int index, Block block) {}

    private final Program program;
    private final Lengths lengths;
    private final Map<Integer, List<Sent>> sent = new HashMap<>();
    private final Accesses accesses;
    private final List<List<Integer>> skeletons = new ArrayList<>();
    /** The spans of loops that count a context, by instruction. */
    private final List<Map<Integer, Span>> spans = new ArrayList<>();
    private int core;
    private int index;
    private int[] next;

    SyncRules(Program program, Limits limits) {
        this.program = program;
        this.lengths = Lengths.within(limits);
        this.accesses = new Accesses(lengths, this);
    }

    void check() {
        for (List<Instruction> stream : program.streams()) {
            spans.add(new HashMap<>());
            skeletons.add(skeleton(stream, spans.getLast()));
        }
        for (int other = 1; other < program.cores(); other++) {
            sameSkeleton(other);
        }
        for (core = 0; core < program.cores(); core++) {
            gathers();
        }
    }

    /** Indices of the SYNCs and of the loops around them, in order. */
    private static List<Integer> skeleton(List<Instruction> stream, Map<Integer, Span> spans) {
        var out = new ArrayList<Integer>();
        Span span = Span.DENSE;
        for (int i = 0; i < stream.size(); i++) {
            switch (stream.get(i)) {
                case Instruction.Barrier _ -> out.add(i);
                case Instruction.Loop l -> {
                    out.add(i);
                    if (l.count().perToken() > 0) {
                        spans.put(i, span);
                    }
                }
                case Instruction.SetSpan s -> span = s.span();
                case Instruction.EndLoop _ -> {
                    if (stream.get(out.getLast()) instanceof Instruction.Loop) {
                        out.removeLast();
                    } else {
                        out.add(i);
                    }
                }
                case Instruction.OnUnit _, Instruction.SetBase _, Instruction.End _,
                        Instruction.Repeat _, Instruction.EndRepeat _ -> { }
            }
        }
        return out;
    }

    private void sameSkeleton(int other) {
        List<Integer> first = skeletons.getFirst();
        List<Integer> mine = skeletons.get(other);
        for (int k = 0; k < Math.max(first.size(), mine.size()); k++) {
            Instruction a = k < first.size() ? at(0, first.get(k)) : at(0, last(0));
            Instruction b = k < mine.size() ? at(other, mine.get(k)) : at(other, last(other));
            boolean same = a.opcode() == b.opcode()
                    && (!(a instanceof Instruction.Loop l && b instanceof Instruction.Loop m)
                            || l.count().equals(m.count()));
            if (same && a instanceof Instruction.Loop) {
                sameSpan(other, first.get(k), mine.get(k));
            }
            if (!same) {
                throw ProgramException.at(program.name(), other,
                        k < mine.size() ? mine.get(k) : last(other), b, "code",
                        "comes where core 0 has " + a.opcode().mnemonic() + " (instruction "
                                + (k < first.size() ? first.get(k) : last(0)) + "); all cores need"
                                + " as many SYNCs in the same loops");
            }
        }
    }

    /** Loops over what spans keep of the context have as many trips only with the same span. */
    private void sameSpan(int other, int first, int mine) {
        Span a = spans.getFirst().get(first);
        Span b = spans.get(other).get(mine);
        if (!Objects.equals(a, b)) {
            throw ProgramException.at(program.name(), other, mine, at(other, mine), "count",
                    "counts under " + b + " where core 0 (instruction " + first + ") has " + a
                            + ", with a SYNC in the loop; set the same span before");
        }
    }

    private Instruction at(int c, int i) {
        return program.streams().get(c).get(i);
    }

    private int last(int c) {
        return program.streams().get(c).size() - 1;
    }

    private void gathers() {
        List<Instruction> stream = program.streams().get(core);
        Phases phases = new Phases(stream);
        for (index = 0; index < stream.size(); index++) {
            Instruction i = stream.get(index);
            next = phases.after(index);
            if (i instanceof Instruction.Broadcast b) {
                broadcast(b);
            }
            if (next.length > 0 && !(i instanceof Instruction.Barrier)) {
                accesses.visit(i);
            }
        }
    }

    /** The block lies in the next gather interval of each core, apart from other cores' blocks. */
    private void broadcast(Instruction.Broadcast b) {
        if (next.length == 0) {
            throw fault(b, "dst", "no SYNC follows; the other cores would not know when to read");
        }
        Block block = new Block(b.dst(), b.dstStride(), lengths.count(b.rows()), 4L * b.cols());
        for (int sync : next) {
            int k = Collections.binarySearch(skeletons.get(core), sync);
            for (int c = 0; c < program.cores(); c++) {
                int at = skeletons.get(c).get(k);
                var g = (Instruction.Barrier) at(c, at);
                if (block.address() < g.gather() || block.end() > (long) g.gather() + g.bytes()) {
                    throw fault(b, "dst", "writes ACT bytes " + block.address() + ".."
                            + block.end() + " of every core, but the next SYNC of core " + c
                            + " (instruction " + at + ") gathers " + g.gather() + ".."
                            + (g.gather() + g.bytes()) + "; enlarge its gather interval");
                }
            }
            alone(b, block, k);
        }
    }

    private void alone(Instruction.Broadcast b, Block block, int k) {
        List<Sent> all = sent.computeIfAbsent(k, _ -> new ArrayList<>());
        if (all.size() == BROADCASTS * program.cores()) {
            throw fault(b, "dst", "more than " + BROADCASTS + " broadcasts a core before one SYNC;"
                    + " send more rows at a time");
        }
        for (Sent s : all) {
            if (s.core() != core && s.block().overlaps(block)) {
                throw fault(b, "dst", "writes ACT bytes " + block.address() + ".." + block.end()
                        + " of every core, and instruction " + s.index() + " of core " + s.core()
                        + " writes some of them before the same SYNC; send to places apart");
            }
        }
        all.add(new Sent(core, index, block));
    }

    @Override
    public void onChip(Space space, long from, long to, boolean write) {
        for (int sync : space == Space.ACT ? next : new int[0]) {
            var g = (Instruction.Barrier) at(core, sync);
            if (from < (long) g.gather() + g.bytes() && to > g.gather()) {
                throw fault(at(core, index), accesses.field(), (write ? "writes" : "reads")
                        + " ACT bytes " + from + ".." + to + " while other cores may broadcast to "
                        + g.gather() + ".." + (g.gather() + g.bytes()) + " before the SYNC at "
                        + sync + "; put a SYNC between or use two gather buffers in turn");
            }
        }
    }

    @Override
    public void offChip(Memory memory, int base, long from, long to, boolean write) { }

    private ProgramException fault(Instruction i, String field, String problem) {
        return ProgramException.at(program.name(), core, index, i, field, problem);
    }
}
