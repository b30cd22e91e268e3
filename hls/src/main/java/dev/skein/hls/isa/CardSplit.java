package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A program for the cores of several cards, as programs for the cores of each. Streams between
 * cores end at a card, so a step is cut at every SYNC that gathers: each card stores what it would
 * broadcast in its DDR, the host passes the columns on, and the next segment loads whole rows.
 * Nothing is taken to stay on chip between segments.
 *
 * @param whole the program of each card without cuts: its regions, and what its cores would run
 * @param segments in order; the last one ends with the step
 */
public record CardSplit(List<VerifiedProgram> whole, List<CardSegment> segments) {
    /** Name of the region that segments exchange through. */
    public static final String REGION = "exchange";
    /** Base register of that region. */
    static final int BASE = Registers.BASES - 1;
    private static final int ALIGNMENT = 512;

    /** Copies the lists. */
    public CardSplit {
        whole = List.copyOf(whole);
        segments = List.copyOf(segments);
    }

    /**
     * Splits a program.
     *
     * @param cards they have the cores of the program in order, each as many
     * @throws ProgramException if it cannot be cut
     */
    public static CardSplit of(VerifiedProgram verified, int cards) {
        Program program = new WrittenOut(verified.program()).program();
        if (cards < 1 || program.cores() % cards != 0) {
            throw new ProgramException("program " + program.name() + ": " + program.cores()
                    + " cores for " + cards + " cards; each card has as many");
        }
        if (program.regions().stream().anyMatch(r -> r.base() == BASE)) {
            throw new ProgramException("program " + program.name() + ": base register " + BASE
                    + " is taken; cards exchange through it");
        }
        var cutters = new ArrayList<CoreCutter>();
        for (int core = 0; core < program.cores(); core++) {
            cutters.add(new CoreCutter(program, core));
        }
        return new Splitter(verified.program(), cards, cutters).split();
    }

    /** Puts the pieces of the cores together. */
    private record Splitter(Program program, int cards, List<CoreCutter> cutters) {
        CardSplit split() {
            EachCore.run(cutters.size(), core -> cutters.get(core).cut());
            var layout = layout();
            EachCore.run(cutters.size(), core -> cutters.get(core).write(layout));
            var segments = new ArrayList<CardSegment>();
            int count = cutters.getFirst().segments();
            for (int s = 0; s < count; s++) {
                int segment = s;
                List<VerifiedProgram> own = IntStream.range(0, cards).mapToObj(card -> verified(
                        program.name() + "." + segment, card, layout, cores(card).map(
                                c -> cutters.get(c).segment(segment)).toList())).toList();
                segments.add(new CardSegment(own, s < count - 1 ? gathered(s, layout) : logits()));
            }
            List<VerifiedProgram> whole = IntStream.range(0, cards).mapToObj(card -> verified(
                    program.name(), card, layout, cores(card).map(
                            program.streams()::get).toList())).toList();
            return new CardSplit(whole, segments);
        }

        private Stream<Integer> cores(int card) {
            int each = program.cores() / cards;
            return IntStream.range(card * each, (card + 1) * each).boxed();
        }

        /** Rows for all cards, then of each core what it sends and what it keeps. */
        private ExchangeLayout layout() {
            long start = 0;
            for (Region r : program.regions()) {
                if (r.memory() == Memory.DDR) {
                    start = Math.max(start, r.offset() + r.bytes());
                }
            }
            int each = program.cores() / cards;
            return new ExchangeLayout(up(start), each,
                    up(cutters.stream().mapToLong(CoreCutter::gatheredBytes).max().orElse(0)),
                    up(cutters.stream().mapToLong(CoreCutter::sentBytes).max().orElse(0)),
                    up(cutters.stream().mapToLong(CoreCutter::keptBytes).max().orElse(0)));
        }

        private static long up(long bytes) {
            return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
        }

        private VerifiedProgram verified(String name, int card, ExchangeLayout layout,
                List<List<Instruction>> streams) {
            int each = program.cores() / cards;
            var regions = new ArrayList<Region>();
            for (Region r : program.regions()) {
                if (r.core() == Region.SHARED) {
                    regions.add(r);
                } else if (r.core() / each == card) {
                    regions.add(new Region(r.name(), r.memory(), r.core() % each, r.kind(),
                            r.base(), r.offset(), r.bytes()));
                }
            }
            regions.add(new Region(REGION, Memory.DDR, Region.SHARED, Region.Kind.SCRATCH, BASE,
                    layout.start(), layout.bytes()));
            return ProgramVerifier.verify(TokenInsertion.insert(new Program(name,
                    program.maxTokens(), program.maxContext(), program.buffers(), regions,
                    streams)));
        }

        private CardSegment.Gathered gathered(int segment, ExchangeLayout layout) {
            int each = program.cores() / cards;
            var slices = new ArrayList<CardSegment.Slice>();
            Cut shape = null;
            for (int core = 0; core < cutters.size(); core++) {
                Cut cut = cutters.get(core).cuts().get(segment);
                long at = layout.start() + layout.sent(core % each);
                for (Instruction.Broadcast b : cut.sent()) {
                    slices.add(new CardSegment.Slice(core / each, at, 4 * b.cols(),
                            b.dst() - cut.gather()));
                    at += cut.bytes(b);
                }
                if (shape == null && !cut.sent().isEmpty()) {
                    shape = cut;
                }
                if (shape != null && !cut.sent().isEmpty() && !shape.alike(cut)) {
                    throw new ProgramException("program " + program.name() + ", core " + core
                            + ": sends other rows than the cores before, before SYNC " + segment
                            + "; cards exchange rows of one shape");
                }
            }
            if (shape == null) {
                throw new ProgramException("program " + program.name() + ": nothing is sent before"
                        + " SYNC " + segment + ", which gathers");
            }
            return new CardSegment.Gathered(layout.start(), shape.rowBytes(), shape.rows(), slices);
        }

        private CardSegment.Gathered logits() {
            Region out = program.regions().stream().filter(r -> r.kind() == Region.Kind.OUTPUT)
                    .findFirst().orElseThrow(() -> new ProgramException("program "
                            + program.name() + ": no region of kind OUTPUT"));
            int each = program.cores() / cards;
            var slices = new ArrayList<CardSegment.Slice>();
            for (int core = 0; core < cutters.size(); core++) {
                for (Instruction.Store s : cutters.get(core).outputs(out)) {
                    slices.add(new CardSegment.Slice(core / each, out.offset() + s.offset(),
                            s.rowBytes(), Math.toIntExact(s.offset())));
                }
            }
            return new CardSegment.Gathered(out.offset(), Math.toIntExact(out.bytes()),
                    Extent.fixed(1), slices);
        }
    }
}
