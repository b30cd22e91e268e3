package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.pass.placement.CacheHome;
import dev.skein.compiler.pass.placement.PlacementChoice;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.compiler.pass.placement.Workload;
import dev.skein.runtime.storage.LayerRun;
import dev.skein.runtime.storage.StorageFaults;
import dev.skein.runtime.storage.StorageModel;
import dev.skein.runtime.storage.StorageRun;
import dev.skein.sim.storage.DriveReport;
import dev.skein.sim.storage.step.PlacementException;
import dev.skein.sim.storage.step.StepTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code skein simulate} with drives: one request, or a table of them. */
final class StorageSimulation {
    private static final double GB = 1e9;
    private static final double MB = 1e6;

    private final Console console;
    private final ModelConfig model;
    private final StorageOptions options;

    StorageSimulation(Console console, ModelConfig model, StorageOptions options) {
        this.console = console;
        this.model = model;
        this.options = options;
    }

    /** A point of a sweep: a run, or why there is none. */
    private record Point(StorageTarget target, Workload workload, StorageRun run,
            String refused) {}

    /** The lengths that are asked for. */
    record Lengths(List<Integer> prompts, List<Integer> outputs) {}

    /**
     * Simulates all combinations.
     *
     * @param targets GPU and drives
     * @param csv file of a table, or null
     * @throws PlacementException if none of them fits
     */
    void run(List<StorageTarget> targets, Lengths lengths, Path csv) throws IOException {
        long start = System.nanoTime();
        var wanted = new ArrayList<Point>();
        for (StorageTarget target : targets) {
            for (int batch : options.batches()) {
                for (int prompt : lengths.prompts()) {
                    for (int output : lengths.outputs()) {
                        wanted.add(new Point(target, new Workload(batch, prompt, output), null,
                                ""));
                    }
                }
            }
        }
        if (options.faults().isPresent()) {
            if (wanted.size() != 1 || csv != null) {
                throw new IllegalArgumentException("--faults takes one target, one batch, one"
                        + " prompt and one output length, and no --csv");
            }
            layer(wanted.getFirst(), options.faults().get());
            return;
        }
        List<Point> points;
        try (var progress = console.progress("simulate, points", wanted.size())) {
            points = wanted.parallelStream().map(this::simulate).peek(_ -> progress.accept(1))
                    .toList();
        }
        if (points.stream().allMatch(p -> p.run == null)) {
            throw new PlacementException(points.getFirst().refused);
        }
        if (points.size() == 1) {
            print(points.getFirst().run);
        } else {
            table(points);
        }
        if (csv != null) {
            Files.writeString(csv, csv(points));
        }
        double seconds = (System.nanoTime() - start) / GB;
        notes(points, seconds);
        json(points, seconds);
    }

    private Point simulate(Point p) {
        var timed = new StorageModel(model, p.target, options.attention().attention());
        try {
            return new Point(p.target, p.workload, timed.run(home(timed, p), p.workload), "");
        } catch (PlacementException e) {
            return new Point(p.target, p.workload, null, e.getMessage());
        }
    }

    /** One layer, event by event. */
    private void layer(Point p, StorageFaults faults) {
        var timed = new StorageModel(model, p.target, options.attention().attention());
        LayerRun r = LayerRun.of(timed.timeline(home(timed, p)), p.workload, faults.plan());
        DriveReport.Counts counts = r.faulty().counts();
        console.result("%s, a layer of a decode step, batch %,d at %,d cached tokens, the drive"
                + " with most heads of %s, %s, every page an event:", model.name(),
                p.workload.batch(), p.workload.middleContext(), p.target,
                options.attention().text());
        console.result("  time          %.6f s; with faults %s %.6f s, %.2f per mille more",
                r.still().seconds(), faults.text(), r.faulty().seconds(), 1e3 * r.slowDown());
        console.result("  reads         %,d pages, %,d repeated (%.5f a read); %d completions asked"
                + " for again", counts.pagesRead(), counts.retries(), retriesPerRead(counts),
                counts.askedAgain());
        console.result("  fast mode     %.6f s without faults, %+.2f %%", r.fastSeconds(),
                100 * (r.fastSeconds() / r.still().seconds() - 1));
        console.result("  simulated     %.2f M page events a second of this machine, one thread"
                + " (MQSim: 0.2 to 0.5 M)", r.pagesPerSecond() / 1e6);
        ObjectNode json = Console.newObject();
        json.put("model", model.name());
        json.put("target", p.target.toString());
        json.put("faults", faults.text());
        json.put("seconds", r.still().seconds());
        json.put("secondsWithFaults", r.faulty().seconds());
        json.put("slowDown", r.slowDown());
        json.put("fastSeconds", r.fastSeconds());
        json.put("pagesRead", counts.pagesRead());
        json.put("retries", counts.retries());
        json.put("askedAgain", counts.askedAgain());
        json.put("pagesPerSecond", r.pagesPerSecond());
        console.object(json);
    }

    private static double retriesPerRead(DriveReport.Counts counts) {
        return (double) counts.retries() / counts.pagesRead();
    }

    private CacheHome home(StorageModel timed, Point p) {
        if (options.home().isEmpty()) {
            return p.target.drive().engine().isPresent() ? CacheHome.IN_STORAGE
                    : CacheHome.PLAIN_DRIVE;
        }
        return options.home().get().home().orElseGet(() -> PlacementChoice.of(model, p.target,
                p.workload, timed).winner().orElseThrow(() -> new PlacementException(
                        "no placement of the cache fits; see skein inspect --placement")).plan()
                .home());
    }

    private void print(StorageRun r) {
        StepTime s = r.step();
        console.result("%s, FP16, %s on %s, %s%s:", model.name(), r.workload(), r.target(),
                r.plan().home().meaning(), attention(r));
        console.result("  first token   %,.3f s (prefill of all sequences on the GPU)",
                r.generation().prefillSeconds());
        console.result("  decode        %,.3f tok/s of all sequences, %,.4f s a step in the mean",
                r.generation().decodeTokensPerSecond(), s.seconds());
        console.result("  request       %,.3f s, %,.3f tok/s with the prompt's time", r.seconds(),
                r.generation().tokensPerSecond());
        console.result("  step          GPU %.4f s (%.1f %%), KV cache %.4f s (%.1f %%), new KV to"
                + " flash %.4f s (%.1f %%)%s", s.gpuSeconds(), percent(s, s.gpuSeconds()),
                s.cacheSeconds(), percent(s, s.cacheSeconds()), s.flushSeconds(),
                percent(s, s.flushSeconds()), s.gpuSeconds() + s.cacheSeconds() + s.flushSeconds()
                        > s.seconds() * 1.0001 ? "; they overlap" : "");
        console.result("  bound by      %s", r.boundBy());
        r.occupation().ifPresent(o -> console.result("  in a drive    %s (of its time, at %,d"
                + " cached tokens)", String.join(", ", o.parts().stream().limit(5)
                .map(Object::toString).toList()), r.workload().middleContext()));
        console.result("  bytes a step  GPU link %,.3f MB, link of a drive %,.3f MB (both"
                + " directions, at %,d cached tokens); %,.3f GB of cache read where it is",
                r.gpuLinkBytes() / MB, r.driveLinkBytes() / MB, r.workload().middleContext(),
                s.cacheBytes() / GB);
        if (!r.plan().headsOfDrive().isEmpty()) {
            console.result("  KV heads      %s of each layer on drives 0 to %d",
                    r.plan().headsOfDrive(), r.plan().headsOfDrive().size() - 1);
        }
        console.result("  energy        not estimated: host and drive files have no power figures");
    }

    private static double percent(StepTime step, double seconds) {
        return 100 * seconds / step.seconds();
    }

    private String attention(StorageRun r) {
        return r.plan().home() == CacheHome.IN_STORAGE ? ", " + options.attention().text()
                : ", dense";
    }

    private void table(List<Point> points) {
        console.result("%s, FP16, attention %s; tok/s of all sequences, seconds:", model.name(),
                options.attention().text());
        console.result("%-22s %6s %7s %7s %-11s %10s %10s %10s %10s %6s %6s %12s  %s", "target",
                "batch", "prompt", "output", "KV", "first tok", "step", "decode", "request",
                "GPU %", "KV %", "GPU link MB", "bound by");
        for (Point p : points) {
            Workload w = p.workload;
            if (p.run == null) {
                console.result("%-22s %6d %7d %7d %s", p.target, w.batch(), w.promptLength(),
                        w.outputLength(), "does not fit: " + p.refused);
                continue;
            }
            StepTime s = p.run.step();
            console.result("%-22s %6d %7d %7d %-11s %10.3f %10.5f %10.3f %10.3f %6.1f %6.1f"
                    + " %12.3f  %s", p.target, w.batch(), w.promptLength(), w.outputLength(),
                    p.run.plan().home(), p.run.generation().prefillSeconds(), s.seconds(),
                    p.run.generation().decodeTokensPerSecond(),
                    p.run.generation().tokensPerSecond(), percent(s, s.gpuSeconds()),
                    percent(s, s.cacheSeconds()), p.run.gpuLinkBytes() / MB, p.run.boundBy());
        }
    }

    private void notes(List<Point> points, double seconds) {
        int longest = points.stream().mapToInt(p -> p.workload.promptLength()
                + p.workload.outputLength()).max().orElse(0);
        if (longest > model.maxPositions()) {
            console.note("%s has %,d positions: %,d tokens are a matter of time and bytes alone",
                    model.name(), model.maxPositions(), longest);
        }
        if (options.attention().text().startsWith("sparf")) {
            console.note("SparF: entries and tokens are drawn at random, tokens in runs; no scores"
                    + " of the model are read");
        }
        console.note("GPU by roofline, drives by events, simulated in %,.1f s on this machine;"
                + " nothing here was measured on hardware", seconds);
    }

    private String csv(List<Point> points) {
        var out = new StringBuilder("target,batch,promptLength,outputLength,kv,attention,"
                + "timeToFirstTokenSeconds,stepSeconds,decodeTokensPerSecond,"
                + "requestTokensPerSecond,gpuSeconds,cacheSeconds,flushSeconds,gpuLinkBytes,"
                + "driveLinkBytes,cacheBytes,boundBy\n");
        for (Point p : points) {
            Workload w = p.workload;
            if (p.run == null) {
                out.append(String.format(Locale.ROOT, "%s,%d,%d,%d,,,,,,,,,,,,,\"does not fit:"
                        + " %s\"%n", p.target, w.batch(), w.promptLength(), w.outputLength(),
                        p.refused));
                continue;
            }
            StepTime s = p.run.step();
            out.append(String.format(Locale.ROOT, "%s,%d,%d,%d,%s,\"%s\",%.6f,%.6f,%.4f,%.4f,%.6f,"
                    + "%.6f,%.6f,%d,%d,%.0f,%s%n", p.target, w.batch(), w.promptLength(),
                    w.outputLength(), p.run.plan().home(), options.attention().text(),
                    p.run.generation().prefillSeconds(), s.seconds(),
                    p.run.generation().decodeTokensPerSecond(),
                    p.run.generation().tokensPerSecond(), s.gpuSeconds(), s.cacheSeconds(),
                    s.flushSeconds(), p.run.gpuLinkBytes(), p.run.driveLinkBytes(),
                    s.cacheBytes(), p.run.boundBy()));
        }
        return out.toString();
    }

    private void json(List<Point> points, double seconds) {
        ObjectNode json = Console.newObject();
        json.put("model", model.name());
        json.put("attention", options.attention().text());
        json.put("wallSeconds", seconds);
        var runs = json.putArray("runs");
        for (Point p : points) {
            ObjectNode one = runs.addObject();
            one.put("target", p.target.toString());
            one.put("batch", p.workload.batch());
            one.put("promptLength", p.workload.promptLength());
            one.put("outputLength", p.workload.outputLength());
            one.put("fits", p.run != null);
            if (p.run == null) {
                one.put("reason", p.refused);
            } else {
                put(one, p.run);
            }
        }
        console.object(json);
    }

    private static void put(ObjectNode out, StorageRun r) {
        StepTime s = r.step();
        out.put("kv", r.plan().home().toString());
        out.put("timeToFirstTokenSeconds", r.generation().prefillSeconds());
        out.put("stepSeconds", s.seconds());
        out.put("decodeTokensPerSecond", r.generation().decodeTokensPerSecond());
        out.put("tokensPerSecond", r.generation().tokensPerSecond());
        out.put("seconds", r.seconds());
        out.put("gpuSeconds", s.gpuSeconds());
        out.put("cacheSeconds", s.cacheSeconds());
        out.put("flushSeconds", s.flushSeconds());
        out.put("gpuLinkBytes", r.gpuLinkBytes());
        out.put("driveLinkBytes", r.driveLinkBytes());
        out.put("cacheBytes", s.cacheBytes());
        out.put("boundBy", r.boundBy());
        var heads = out.putArray("headsOfDrive");
        r.plan().headsOfDrive().forEach(heads::add);
        var parts = out.putObject("occupation");
        r.occupation().ifPresent(o -> o.parts().forEach(p -> parts.put(p.name(), p.share())));
    }
}
