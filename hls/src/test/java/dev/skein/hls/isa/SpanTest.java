package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Spans by their definition, token by token, and what lengths become under them. */
class SpanTest {
    private static final long SEED = 7;

    private static Span random(SplittableRandom random) {
        return random.nextInt(5) == 0 ? Span.DENSE : new Span(random.nextInt(4),
                1 + random.nextInt(5), random.nextBoolean() ? 0 : random.nextInt(256));
    }

    /** The rule of the contract, word for word. */
    private static boolean sees(Span s, int t, int j) {
        int b = t >> 6;
        int w = Math.max(1, s.window() + (s.growth() * b >> 8));
        int first = Math.max(s.global(), b - w + 1);
        return s.window() == 0 ? j <= t : j <= t && (j < 64 * s.global() || j >= 64 * first);
    }

    private static List<Integer> kept(Span s, int position, int tokens) {
        var kept = new ArrayList<Integer>();
        for (int j = 0; j < position + tokens; j++) {
            if (j > position || sees(s, position, j)) {
                kept.add(j);
            }
        }
        return kept;
    }

    @Test
    void aStepKeepsWhatItsTokensSee() {
        var random = new SplittableRandom(SEED);
        for (int n = 0; n < 400; n++) {
            Span s = random(random);
            int position = random.nextInt(900);
            int tokens = 1 + random.nextInt(200);
            var r = new Registers(position, tokens, 0, s);
            List<Integer> kept = kept(s, position, tokens);
            String what = "seed " + SEED + ", " + n + ": " + r;
            assertEquals(kept.size(), r.kept(), what);
            assertTrue(r.kept() >= tokens, what);
            for (int t = position; t < position + tokens; t++) {
                for (int j = 0; j < position + tokens; j++) {
                    assertEquals(sees(s, t, j), s.sees(t, j), what);
                    assertTrue(!s.sees(t, j) || kept.contains(j), what);
                }
            }
        }
    }

    @Test
    void transfersTakeTheKeptRowsInOrder() {
        var random = new SplittableRandom(SEED);
        for (int n = 0; n < 400; n++) {
            Span s = random(random);
            int position = random.nextInt(900);
            int tokens = 1 + random.nextInt(200);
            List<Integer> kept = kept(s, position, tokens);
            int tile = 1 + random.nextInt(300);
            var rows = new ArrayList<Integer>();
            var r = new Registers(position, tokens, 0, s);
            String what = "seed " + SEED + ", " + n + ": " + r + ", tile " + tile;
            int trips = Extent.tile(tile).trips(r);
            for (int i = 0; i < trips; i++) {
                add(rows, RowRanges.of(Extent.tile(tile), r.at(i)));
            }
            assertEquals(kept, rows, what);
            rows.clear();
            add(rows, RowRanges.of(Extent.context(1), r));
            assertEquals(kept, rows, what);
            // Three rows a token.
            rows.clear();
            add(rows, RowRanges.of(Extent.context(3), r));
            assertEquals(3 * kept.size(), rows.size(), what);
            for (int i = 0; i < rows.size(); i++) {
                assertEquals(3 * kept.get(i / 3) + i % 3, rows.get(i), what);
            }
            assertEquals(new RowRanges(0, 5, 5, 0), RowRanges.of(Extent.fixed(5), r), what);
        }
    }

    private static void add(List<Integer> rows, RowRanges ranges) {
        for (int i = 0; i < ranges.count(); i++) {
            rows.add((int) ranges.first() + i);
        }
        for (int i = 0; i < ranges.secondCount(); i++) {
            rows.add((int) ranges.second() + i);
        }
    }

    /** Accesses under registers are the kept rows, and lie within the bounds over all registers. */
    @Test
    void footprintsHaveAGapAndLieInTheirBounds() {
        var random = new SplittableRandom(SEED);
        var limits = new Limits(64, 1000);
        for (int n = 0; n < 200; n++) {
            Span s = random(random);
            int tokens = 1 + random.nextInt(64);
            int position = random.nextInt(1000 - tokens + 1);
            Extent count = random.nextBoolean() ? Extent.context(1 + random.nextInt(2))
                    : Extent.tile(100);
            var r = new Registers(position, tokens, 0, s);
            r = r.at(random.nextInt(count.mode() == Extent.Mode.TILE ? count.trips(r) : 1));
            var load = new Instruction.Load(Tokens.NONE, Space.WGT, 0, Memory.HBM, 1, 512,
                    random.nextInt(2) * 16, 16, count);
            String what = "seed " + SEED + ", " + n + ": " + r + ", " + load;
            long bytes = 0;
            Footprint f = Footprint.of(load, r);
            Footprint.OffChip all = Footprint.bounds(load, limits).offChip().getFirst();
            for (Footprint.OffChip part : f.offChip()) {
                bytes += part.to() - part.from();
                assertTrue(part.from() >= all.from() && part.to() <= all.to(), what);
            }
            assertEquals(16L * count.resolve(r), bytes, what);
            assertEquals(bytes, f.onChip().getFirst().to(), what);
            assertTrue(bytes <= Footprint.bounds(load, limits).onChip().getFirst().to(), what);
            RowRanges rows = RowRanges.of(count, r);
            assertEquals(rows.secondCount() > 0 && rows.count() > 0 ? 2 : 1, f.offChip().size(),
                    what);
        }
    }

    @Test
    void denseSpansChangeNothing() {
        var r = new Registers(700, 3, 2);
        assertEquals(Span.DENSE, r.span());
        assertEquals(703, r.kept());
        assertEquals(r, r.with(new Span(1, 1, 0)).with(Span.DENSE));
        assertEquals(new Registers(700, 3, 1, new Span(1, 1, 0)), r.with(new Span(1, 1, 0)).at(1));
    }

    @Test
    void componentsHaveRanges() {
        for (String[] wrong : new String[][] {
            {"256", "1", "0", "span with global 256: allowed are 0 to 255"},
            {"0", "65536", "0", "span with window 65536: allowed are 0 to 65535"},
            {"0", "-1", "0", "span with window -1: allowed are 0 to 65535"},
            {"0", "1", "256", "span with growth 256: allowed are 0 to 255"},
            {"0", "0", "1", "span with window 0, global 0, growth 1: window 0 is dense, the others"
                    + " are 0 too"}}) {
            var e = assertThrows(IllegalArgumentException.class, () -> new Span(
                    Integer.parseInt(wrong[0]), Integer.parseInt(wrong[1]),
                    Integer.parseInt(wrong[2])));
            assertEquals(wrong[3], e.getMessage());
        }
    }
}
