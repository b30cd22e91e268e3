package dev.skein.hls.board.resource;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.MatrixEngine.Shape;
import dev.skein.hls.board.resource.FitCheck.Misfit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Searches an architecture near one that does not fit: as long as something is exceeded, the one
 * value is reduced that needs the smallest reduction to repair it.
 */
final class NearestFit {
    private static final int KIB = 1 << 10;
    private static final int BUFFER_STEP = 64 * KIB;

    private final ResourceModel model;

    private NearestFit(ResourceModel model) {
        this.model = model;
    }

    /** One value of a board file that may shrink; the whole MPE counts as one. */
    private enum Knob {
        MPE, LANES, EXPONENTIALS, ACT, WGT, PAR;

        /** The next smaller core, or nothing. */
        Optional<CoreShape> smaller(CoreShape c, ResourceModel model) {
            return switch (this) {
                case MPE -> Optional.of(model.dsp(c.mm()) >= model.dsp(c.mv())
                        ? with(c, half(c.mm()), c.mv()) : with(c, c.mm(), half(c.mv())))
                        .filter(s -> !s.equals(c));
                case LANES -> c.lanes() == 1 ? Optional.empty() : Optional.of(new CoreShape(c.mm(),
                        c.mv(), c.lanes() - 1, c.activationPasses(), c.actBytes(), c.wgtBytes(),
                        c.parBytes(), c.channels(), c.paramChannels(), c.fetchBytes()));
                case EXPONENTIALS -> c.activationPasses() >= c.lanes() ? Optional.empty()
                        : Optional.of(new CoreShape(c.mm(), c.mv(), c.lanes(),
                        2 * c.activationPasses(), c.actBytes(), c.wgtBytes(), c.parBytes(),
                        c.channels(), c.paramChannels(), c.fetchBytes()));
                case ACT -> buffer(c, c.actBytes(), BUFFER_STEP, 0, 0);
                case WGT -> buffer(c, c.wgtBytes(), 0, BUFFER_STEP, 0);
                case PAR -> buffer(c, c.parBytes(), 0, 0, BUFFER_STEP);
            };
        }

        private static Optional<CoreShape> buffer(CoreShape c, int bytes, int act, int wgt,
                int par) {
            return bytes <= BUFFER_STEP ? Optional.empty() : Optional.of(new CoreShape(c.mm(),
                    c.mv(), c.lanes(), c.activationPasses(), c.actBytes() - act,
                    c.wgtBytes() - wgt, c.parBytes() - par, c.channels(), c.paramChannels(),
                    c.fetchBytes()));
        }

        private static CoreShape with(CoreShape c, Shape mm, Shape mv) {
            return new CoreShape(mm, mv, c.lanes(), c.activationPasses(), c.actBytes(),
                    c.wgtBytes(), c.parBytes(), c.channels(), c.paramChannels(), c.fetchBytes());
        }

        private static Shape half(Shape s) {
            return s.m() > 1 ? new Shape(Math.ceilDiv(s.m(), 2), s.n(), s.k())
                    : new Shape(s.m(), Math.ceilDiv(s.n(), 2), s.k());
        }
    }

    /** What to change, as board file lines; says so if nothing in reach fits. */
    static String of(Board board) {
        var cores = new ArrayList<CoreShape>();
        for (int core = 0; core < board.cores(); core++) {
            cores.add(CoreShape.of(board, core));
        }
        CoreShape first = cores.getFirst();
        Optional<List<CoreShape>> fit = new NearestFit(new ResourceModel(board.fabric()))
                .search(cores);
        return fit.map(f -> changes(first, f.getFirst()))
                .orElse("none with these cores in their SLRs: change cores and cores.slr");
    }

    private Optional<List<CoreShape>> search(List<CoreShape> cores) {
        List<CoreShape> now = cores;
        Optional<Misfit> misfit = FitCheck.worst(model.estimate(now));
        while (misfit.isPresent()) {
            Misfit exceeded = misfit.get();
            List<CoreShape> from = now;
            List<List<CoreShape>> repaired = new ArrayList<>();
            for (Knob knob : Knob.values()) {
                repair(from, knob, exceeded).ifPresent(repaired::add);
            }
            if (repaired.isEmpty()) {
                return Optional.empty();
            }
            now = repaired.stream().min(Comparator.comparingDouble(
                    r -> reduction(from.getFirst(), r.getFirst()))).orElseThrow();
            misfit = FitCheck.worst(model.estimate(now));
        }
        return Optional.of(now);
    }

    /** Shrinks one value until one resource of one SLR suffices. */
    private Optional<List<CoreShape>> repair(List<CoreShape> cores, Knob knob, Misfit misfit) {
        List<CoreShape> now = cores;
        while (!model.estimate(now).slrs().get(misfit.slr()).fits(misfit.resource())) {
            var next = new ArrayList<CoreShape>();
            for (CoreShape core : now) {
                knob.smaller(core, model).ifPresent(next::add);
            }
            if (next.size() < cores.size()) {
                return Optional.empty();
            }
            now = next;
        }
        return Optional.of(now);
    }

    /** How far the values are from those of before: the logarithm of their ratio, summed. */
    private static double reduction(CoreShape from, CoreShape to) {
        return log(from.mm().macsPerCycle(), to.mm().macsPerCycle())
                + log(from.mv().macsPerCycle(), to.mv().macsPerCycle())
                + log(from.lanes(), to.lanes())
                + log(to.activationPasses(), from.activationPasses())
                + log(from.actBytes(), to.actBytes()) + log(from.wgtBytes(), to.wgtBytes())
                + log(from.parBytes(), to.parBytes());
    }

    private static double log(double from, double to) {
        return Math.log(from / to);
    }

    private static String changes(CoreShape from, CoreShape to) {
        var changes = new StringJoiner(", ");
        change(changes, "mpe.mm.m", from.mm().m(), to.mm().m());
        change(changes, "mpe.mm.n", from.mm().n(), to.mm().n());
        change(changes, "mpe.mv.m", from.mv().m(), to.mv().m());
        change(changes, "mpe.mv.n", from.mv().n(), to.mv().n());
        change(changes, "sfu.lanes", from.lanes(), to.lanes());
        change(changes, "sfu.activation.passes", from.activationPasses(), to.activationPasses());
        change(changes, "buffer.act_KiB", from.actBytes() / KIB, to.actBytes() / KIB);
        change(changes, "buffer.wgt_KiB", from.wgtBytes() / KIB, to.wgtBytes() / KIB);
        change(changes, "buffer.par_KiB", from.parBytes() / KIB, to.parBytes() / KIB);
        return changes.toString();
    }

    private static void change(StringJoiner changes, String key, int from, int to) {
        if (from != to) {
            changes.add(key + "=" + to + " (now " + from + ")");
        }
    }
}
