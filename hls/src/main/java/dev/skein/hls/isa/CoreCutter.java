package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts the stream of one core at each SYNC that gathers, and writes the pieces as programs. */
final class CoreCutter {
    private final Program program;
    private final int core;
    private final List<Instruction> stream;
    private final long[] initial;
    private final List<Cut> cuts = new ArrayList<>();
    /** What is read on chip after a cut and was written before, by cut. */
    private final List<LiveBytes> live = new ArrayList<>();
    private final List<List<Instruction>> pieces = new ArrayList<>();
    /** Base registers in front of each load to PAR or WGT, less those at the start. */
    private final Map<Integer, Long> shifts = new HashMap<>();

    CoreCutter(Program program, int core) {
        this.program = program;
        this.core = core;
        this.stream = program.streams().get(core);
        this.initial = program.baseRegisters(core);
    }

    /** Finds the cuts and what lives across them. */
    void cut() {
        long[] bases = initial.clone();
        Span span = Span.DENSE;
        int loops = 0;
        var sent = new ArrayList<Instruction.Broadcast>();
        for (int i = 0; i < stream.size(); i++) {
            Instruction at = stream.get(i);
            notOverwritten(sent, i);
            switch (at) {
                case Instruction.Loop _ -> loops++;
                case Instruction.EndLoop _ -> loops--;
                case Instruction.SetSpan s -> span = s.span();
                case Instruction.SetBase s -> bases[s.base()] = s.value()
                        + (s.add() ? bases[s.base()] : 0);
                case Instruction.Load l -> {
                    if (l.dstSpace() != Space.ACT && loops == 0) {
                        shifts.put(i, bases[l.base()] - initial[l.base()]);
                    }
                }
                case Instruction.Broadcast b -> sent.add(b);
                case Instruction.Barrier b when b.bytes() > 0 -> {
                    if (loops > 0) {
                        throw fault(i, "code", "gathers in a loop; cards exchange outside loops");
                    }
                    cuts.add(new Cut(i, b.gather(), joined(sent, i), program.maxTokens(), span,
                            bases.clone()));
                    sent.clear();
                }
                case Instruction _ -> { }
            }
        }
        if (!sent.isEmpty()) {
            throw fault(stream.size() - 1, "code", "no SYNC after a broadcast");
        }
        liveness();
    }

    private void notOverwritten(List<Instruction.Broadcast> sent, int i) {
        if (sent.isEmpty()) {
            return;
        }
        new Accesses(Lengths.within(Limits.of(program)), new AccessSink() {
            @Override
            public void onChip(Space space, long from, long to, boolean write) {
                for (Instruction.Broadcast b : sent) {
                    if (write && space == Space.ACT && !(stream.get(i)
                            instanceof Instruction.Barrier) && from < b.src() + 4L * b.cols()
                            && to > b.src()) {
                        throw fault(i, "dst", "writes what was broadcast from ACT byte " + b.src()
                                + " before the SYNC; cards send it there");
                    }
                }
            }

            @Override
            public void offChip(Memory memory, int base, long from, long to, boolean write) { }
        }).visit(stream.get(i));
    }

    /** Broadcasts of columns side by side as one, in the order of their columns. */
    private List<Instruction.Broadcast> joined(List<Instruction.Broadcast> all, int sync) {
        var out = new ArrayList<Instruction.Broadcast>();
        var sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparingInt(Instruction.Broadcast::dst));
        for (Instruction.Broadcast b : sorted) {
            Instruction.Broadcast last = out.isEmpty() ? null : out.getLast();
            if (last != null && b.rows().equals(last.rows())
                    && b.dst() - last.dst() == 4 * last.cols()
                    && b.src() - last.src() == 4 * last.cols()) {
                out.set(out.size() - 1, new Instruction.Broadcast(Tokens.NONE, last.src(),
                        last.srcStride(), last.dst(), last.dstStride(), last.rows(),
                        last.cols() + b.cols()));
            } else {
                out.add(b);
            }
        }
        for (Instruction.Broadcast b : out) {
            boolean fixed = b.rows().mode() == Extent.Mode.FIXED;
            boolean oneRow = fixed ? b.rows().imm() <= 1
                    : b.rows().imm() * program.maxTokens() <= 1;
            if (!oneRow && b.srcStride() != 4 * b.cols() || b.src() % 16 != 0
                    || b.dstStride() != out.getFirst().dstStride()
                    || !b.rows().equals(out.getFirst().rows())
                    || !fixed && b.rows().mode() != Extent.Mode.TOKENS) {
                throw fault(sync, "gather", "gathers rows of which a core sends " + 4 * b.cols()
                        + " bytes from ACT byte " + b.src() + " every " + b.srcStride()
                        + "; cards send rows without gaps from multiples of 16");
            }
        }
        return out;
    }

    private void liveness() {
        var now = new LiveBytes(program);
        int cut = cuts.size() - 1;
        for (int i = stream.size() - 1; i >= 0 && cut >= 0; i--) {
            now.before(stream.get(i));
            if (i == cuts.get(cut).index()) {
                live.addFirst(now.copy());
                cut--;
            }
        }
    }

    List<Cut> cuts() {
        return cuts;
    }

    int segments() {
        return cuts.size() + 1;
    }

    List<Instruction> segment(int i) {
        return pieces.get(i);
    }

    /** Bytes of the largest gathered rows. */
    long gatheredBytes() {
        return cuts.stream().mapToLong(c -> ((Instruction.Barrier) stream.get(c.index())).bytes())
                .max().orElse(0);
    }

    /** Most bytes this core sends at a cut. */
    long sentBytes() {
        return cuts.stream().mapToLong(c -> c.sent().stream().mapToLong(c::bytes).sum()).max()
                .orElse(0);
    }

    /** Most bytes this core keeps over a cut. */
    long keptBytes() {
        return live.stream().mapToLong(LiveBytes::actBytes).max().orElse(0);
    }

    /** Its stores to the region of the logits, with offsets from the region. */
    List<Instruction.Store> outputs(Region out) {
        var stores = new ArrayList<Instruction.Store>();
        long[] bases = initial.clone();
        for (Instruction i : stream) {
            if (i instanceof Instruction.SetBase s) {
                bases[s.base()] = s.value() + (s.add() ? bases[s.base()] : 0);
            } else if (i instanceof Instruction.Store s && s.memory() == Memory.DDR) {
                long at = bases[s.base()] + s.offset() - out.offset();
                if (at >= 0 && at < out.bytes()) {
                    stores.add(new Instruction.Store(s.tokens(), s.srcSpace(), s.src(), s.memory(),
                            s.base(), at, s.positionStride(), s.rowBytes(), s.count()));
                }
            }
        }
        return stores;
    }

    /** Writes the pieces. */
    void write(ExchangeLayout layout) {
        int from = 0;
        for (int s = 0; s <= cuts.size(); s++) {
            var out = new ArrayList<Instruction>();
            if (s > 0) {
                begin(out, s - 1, layout);
            }
            int to = s < cuts.size() ? cuts.get(s).index() : stream.size();
            for (Instruction i : stream.subList(from, to)) {
                if (!(i instanceof Instruction.Broadcast)) {
                    out.add(i);
                }
            }
            if (s < cuts.size()) {
                end(out, s, layout);
            }
            from = to + 1;
            pieces.add(out);
        }
    }

    /** Everything on chip that the piece after a cut reads. */
    private void begin(List<Instruction> out, int cut, ExchangeLayout layout) {
        Cut c = cuts.get(cut);
        if (!c.span().equals(Span.DENSE)) {
            out.add(new Instruction.SetSpan(Tokens.NONE, c.span().global(), c.span().window(),
                    c.span().growth()));
        }
        again(out, cut);
        long at = layout.kept(core % layout.cores());
        for (LiveBytes.Run run : live.get(cut).act()) {
            out.add(new Instruction.Load(Tokens.NONE, Space.ACT, run.from(), Memory.DDR,
                    CardSplit.BASE, at, 0, run.bytes(), Extent.fixed(1)));
            at += run.bytes();
        }
        // Cores that send nothing gather what the others have: the shape is that of the SYNC.
        var sync = (Instruction.Barrier) stream.get(c.index());
        out.add(new Instruction.Load(Tokens.NONE, Space.ACT, c.gather(), Memory.DDR, CardSplit.BASE,
                0, 0, sync.bytes(), Extent.fixed(1)));
        for (int base = 0; base < initial.length; base++) {
            if (c.bases()[base] != initial[base]) {
                out.add(new Instruction.SetBase(Tokens.NONE, base, c.bases()[base], false));
            }
        }
    }

    /** Weights and parameters that are on chip for longer are loaded again. */
    private void again(List<Instruction> out, int cut) {
        Map<Space, BitSet> missing = new EnumMap<>(Space.class);
        missing.put(Space.PAR, live.get(cut).bits(Space.PAR));
        missing.put(Space.WGT, live.get(cut).bits(Space.WGT));
        int index = cuts.get(cut).index();
        var loads = new ArrayList<Instruction>();
        Lengths most = Lengths.within(Limits.of(program));
        for (int i = index - 1; i >= 0 && missing.values().stream().anyMatch(b -> !b.isEmpty());
                i--) {
            if (stream.get(i) instanceof Instruction.Load l && shifts.containsKey(i)) {
                BitSet bits = missing.get(l.dstSpace());
                int from = l.dst() / LiveBytes.GRAIN;
                int to = Math.toIntExact(Math.ceilDiv(l.dst() + Lengths.times(l.rowBytes(),
                        most.count(l.count())), (long) LiveBytes.GRAIN));
                boolean needed = bits.nextSetBit(from) >= 0 && bits.nextSetBit(from) < to;
                boolean plain = l.count().mode() == Extent.Mode.FIXED
                        || l.count().mode() == Extent.Mode.TOKENS;
                if (needed && plain && l.offset() + shifts.get(i) >= 0) {
                    loads.addFirst(new Instruction.Load(Tokens.NONE, l.dstSpace(), l.dst(),
                            l.memory(), l.base(), l.offset() + shifts.get(i), l.positionStride(),
                            l.rowBytes(), l.count()));
                    bits.clear(from, to);
                }
            }
        }
        missing.forEach((space, bits) -> {
            if (!bits.isEmpty()) {
                throw fault(index, "gather", space + " byte " + (long) bits.nextSetBit(0)
                        * LiveBytes.GRAIN + " is read after it and cannot be loaded again");
            }
        });
        out.addAll(loads);
    }

    /** What the other cards need, and what the next piece does. */
    private void end(List<Instruction> out, int cut, ExchangeLayout layout) {
        Cut c = cuts.get(cut);
        long at = layout.sent(core % layout.cores());
        for (Instruction.Broadcast b : c.sent()) {
            out.add(new Instruction.Store(Tokens.NONE, Space.ACT, b.src(), Memory.DDR,
                    CardSplit.BASE, at, 0, 4 * b.cols(), b.rows()));
            at += c.bytes(b);
        }
        at = layout.kept(core % layout.cores());
        for (LiveBytes.Run run : live.get(cut).act()) {
            out.add(new Instruction.Store(Tokens.NONE, Space.ACT, run.from(), Memory.DDR,
                    CardSplit.BASE, at, 0, run.bytes(), Extent.fixed(1)));
            at += run.bytes();
        }
        restore(out, c);
        out.add(new Instruction.End(Tokens.NONE));
    }

    /** Stores of a cut address the exchange region, whose base register nothing else moves. */
    private void restore(List<Instruction> out, Cut c) {
        if (c.bases()[CardSplit.BASE] != initial[CardSplit.BASE]) {
            throw fault(c.index(), "base", "base register " + CardSplit.BASE + " is moved; cards"
                    + " exchange through it");
        }
    }

    private ProgramException fault(int index, String field, String problem) {
        return ProgramException.at(program.name(), core, index, stream.get(index), field, problem);
    }
}
