package dev.skein.compiler.pass;

import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses a span for each head so that together they leave out a wanted share of the blocks and
 * lose the least attention (after MoA, Fu et al. 2024: a span a head, growing with the length).
 * Each head has a curve of least loss over share; its lower convex hull is followed from dense on,
 * all heads together, always along the segment that costs least for a block.
 */
final class MeasuredSpans {
    /** Global blocks tried. */
    private static final int GLOBALS = 4;
    /** Step between values of growth that are tried. */
    private static final int GROWTH_STEP = 8;
    /** Of spans alike at the measured length, the one is taken whose share stays up to here. */
    private static final int FURTHER = 8;

    /** A span with what it leaves out at the measured length. */
    private record Candidate(Span span, double share) {}

    /** A point on the hull of a head. */
    private record Point(Candidate candidate, double lost) {
        double slopeTo(Point next) {
            return (next.lost - lost) / (next.candidate.share - candidate.share);
        }
    }

    /** A way from a point of a head to the next one. */
    private record Segment(int head, Point from, Point to) {}

    private final int tokens;
    private final List<Candidate> candidates;

    /** For heads measured over this many row blocks. */
    MeasuredSpans(int blocks) {
        tokens = blocks * Span.BLOCK;
        candidates = candidates(blocks);
    }

    /** A span for each head; nearest to the wanted mean share that the hulls allow. */
    List<Span> choose(List<AttentionMass.Head> heads, double sparsity) {
        var segments = new ArrayList<Segment>();
        var chosen = new ArrayList<Span>();
        for (int h = 0; h < heads.size(); h++) {
            List<Point> hull = hull(heads.get(h));
            for (int i = 1; i < hull.size(); i++) {
                segments.add(new Segment(h, hull.get(i - 1), hull.get(i)));
            }
            chosen.add(Span.DENSE);
        }
        // Along a hull slopes rise, and the sort is stable: segments of a head stay in order.
        segments.sort(Comparator.comparingDouble(s -> s.from().slopeTo(s.to())));
        double wanted = sparsity * heads.size();
        double share = 0;
        for (Segment s : segments) {
            double more = s.to().candidate().share() - s.from().candidate().share();
            if (share + more / 2 > wanted) {
                break;
            }
            share += more;
            chosen.set(s.head(), s.to().candidate().span());
        }
        return chosen;
    }

    /** Points from dense on, of the least loss and convex. */
    private List<Point> hull(AttentionMass.Head head) {
        var hull = new ArrayList<Point>();
        for (Candidate c : candidates) {
            Point point = new Point(c, head.lost(c.span()));
            if (!hull.isEmpty() && hull.getLast().candidate().share() == c.share()) {
                if (hull.getLast().lost() <= point.lost()) {
                    continue;
                }
                hull.removeLast();
            }
            while (hull.size() > 1 && hull.get(hull.size() - 2).slopeTo(hull.getLast())
                    >= hull.getLast().slopeTo(point)) {
                hull.removeLast();
            }
            hull.add(point);
        }
        return hull;
    }

    /** One span for each mask of the measured blocks, by share. */
    private List<Candidate> candidates(int blocks) {
        Map<List<Integer>, Candidate> masks = new LinkedHashMap<>();
        keep(masks, Span.DENSE, blocks);
        for (int global = 0; global <= Math.min(GLOBALS, blocks); global++) {
            for (int window = 1; window <= blocks; window++) {
                for (int growth = 0; growth <= Span.MAX_GROWTH; growth += GROWTH_STEP) {
                    keep(masks, new Span(global, window, growth), blocks);
                }
            }
        }
        return masks.values().stream().sorted(Comparator.comparingDouble(Candidate::share))
                .toList();
    }

    private void keep(Map<List<Integer>, Candidate> masks, Span span, int blocks) {
        Integer[] mask = new Integer[2 * blocks];
        for (int row = 0; row < blocks; row++) {
            int to = span.first(row * Span.BLOCK);
            boolean hides = to > span.global();
            mask[2 * row] = hides ? span.global() : 0;
            mask[2 * row + 1] = hides ? to : 0;
        }
        masks.merge(Arrays.asList(mask), new Candidate(span, SpanShare.of(span, tokens)),
                (a, b) -> drift(b) < drift(a) ? b : a);
    }

    /** How far the share is off in longer sequences; 0 for dense. */
    private double drift(Candidate c) {
        return Math.abs(SpanShare.of(c.span(), FURTHER * tokens) - c.share());
    }
}
