package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.pass.placement.PlacementChoice;
import dev.skein.compiler.pass.placement.PlacementChoice.Candidate;
import dev.skein.compiler.pass.placement.PlacementCost.Verdict;
import dev.skein.compiler.pass.placement.Stage;
import dev.skein.compiler.pass.placement.StoragePlan;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.compiler.pass.placement.Transfer;
import dev.skein.compiler.pass.placement.Unit;
import dev.skein.compiler.pass.placement.Workload;
import dev.skein.runtime.storage.StorageAttention;
import dev.skein.runtime.storage.StorageModel;
import java.util.Locale;
import java.util.Optional;

/** {@code skein inspect --placement}: every home of the cache, judged, and the plan that wins. */
final class PlacementTable {
    private static final double MB = 1e6;

    private final Console console;
    private final Workload workload;
    private final StorageAttention attention;

    PlacementTable(Console console, PlacementOptions options) {
        this.console = console;
        this.workload = options.workload();
        this.attention = options.attention();
    }

    void show(ModelConfig model, StorageTarget target, ObjectNode json) {
        PlacementChoice choice = PlacementChoice.of(model, target, workload,
                new StorageModel(model, target, attention.attention()));
        Optional<Candidate> winner = choice.winner();
        console.result("%s, FP16, %s on %s, drives attend %s; bytes are those of a decode step at"
                + " %,d cached tokens:", model.name(), workload, target, attention.text(),
                workload.middleContext());
        console.result("%-2s%-12s %12s %12s %12s %10s %14s %14s  %s", "", "KV cache",
                "first tok s", "step s", "request s", "tok/s", "GPU link MB", "drive link MB",
                "");
        json.put("target", target.toString());
        var array = json.putArray("placements");
        for (Candidate c : choice.candidates()) {
            boolean wins = winner.isPresent() && winner.get() == c;
            row(c, wins);
            put(array.addObject(), c, wins);
        }
        winner.ifPresentOrElse(w -> {
            reason(choice, w);
            plan(w.plan());
        }, () -> console.result("nothing fits"));
    }

    private long gpuLink(StoragePlan plan) {
        return plan.gpuLinkBytes(Phase.DECODE, workload.batch(), workload.middleContext());
    }

    private long driveLink(StoragePlan plan) {
        return plan.driveLinkBytes(Phase.DECODE, workload.batch(), workload.middleContext());
    }

    private void row(Candidate c, boolean wins) {
        switch (c.verdict()) {
            case Verdict.Fits f -> console.result("%-2s%-12s %12.3f %12.4f %12.3f %10.3f %14.3f"
                    + " %14.3f  %s", wins ? "*" : "", c.plan().home(), f.prefillSeconds(),
                    f.stepSeconds(), f.requestSeconds(), tokensPerSecond(f),
                    gpuLink(c.plan()) / MB, driveLink(c.plan()) / MB, c.plan().home().meaning());
            case Verdict.Refused r -> console.result("%-2s%-12s does not fit: %s", "",
                    c.plan().home(), r.reason());
        }
    }

    private double tokensPerSecond(Verdict.Fits f) {
        return (double) workload.batch() * workload.outputLength() / f.requestSeconds();
    }

    private void reason(PlacementChoice choice, Candidate winner) {
        double best = ((Verdict.Fits) winner.verdict()).requestSeconds();
        double next = choice.candidates().stream().filter(c -> c != winner)
                .filter(c -> c.verdict() instanceof Verdict.Fits)
                .mapToDouble(c -> ((Verdict.Fits) c.verdict()).requestSeconds()).min()
                .orElse(Double.NaN);
        console.result("%s is chosen: %s", winner.plan().home(), Double.isNaN(next)
                ? "nothing else fits" : String.format(Locale.ROOT, "its request is over"
                        + " first, %.2f times as fast as the next", next / best));
    }

    private void plan(StoragePlan plan) {
        if (!plan.headsOfDrive().isEmpty()) {
            console.result("KV heads of each layer on the drives: %s", plan.headsOfDrive());
        }
        for (Stage s : plan.stages()) {
            if (s.on() == Unit.DRIVE) {
                console.result("%s %s: on the drives; all other work: on the GPU", s.phase(),
                        s.work());
            }
        }
        int shown = 0;
        for (Transfer t : plan.transfers()) {
            if (t.from().index() + t.to().index() == 0) {
                console.result("  %-8s %-7s %s -> %s, %,d bytes a layer and %s, %s", t.phase(),
                        t.what(), t.from(), t.to(), t.volume().bytes(),
                        t.volume().per() == Transfer.Per.TOKEN ? "token" : "sequence",
                        overlap(t));
                shown++;
            }
        }
        if (shown < plan.transfers().size()) {
            console.result("  and %d more, alike, of the other drives (--json has all)",
                    plan.transfers().size() - shown);
        }
    }

    private static String overlap(Transfer t) {
        return switch (t.overlap()) {
            case NONE -> "nothing overlaps with it";
            case NEXT_LAYER -> "while the next layer is computed";
            case LAYER_BEFORE -> "while the layer before is computed";
        };
    }

    private void put(ObjectNode out, Candidate c, boolean wins) {
        out.put("kv", c.plan().home().toString());
        out.put("chosen", wins);
        switch (c.verdict()) {
            case Verdict.Fits f -> {
                out.put("fits", true);
                out.put("timeToFirstTokenSeconds", f.prefillSeconds());
                out.put("stepSeconds", f.stepSeconds());
                out.put("requestSeconds", f.requestSeconds());
                out.put("tokensPerSecond", tokensPerSecond(f));
                out.put("gpuLinkBytes", gpuLink(c.plan()));
                out.put("driveLinkBytes", driveLink(c.plan()));
            }
            case Verdict.Refused r -> {
                out.put("fits", false);
                out.put("reason", r.reason());
            }
        }
        var heads = out.putArray("headsOfDrive");
        c.plan().headsOfDrive().forEach(heads::add);
        var transfers = out.putArray("transfers");
        for (Transfer t : c.plan().transfers()) {
            transfers.addObject().put("phase", t.phase().toString())
                    .put("what", t.what().toString()).put("from", t.from().toString())
                    .put("to", t.to().toString()).put("bytes", t.volume().bytes())
                    .put("per", t.volume().per().toString())
                    .put("overlap", t.overlap().toString());
        }
    }
}
