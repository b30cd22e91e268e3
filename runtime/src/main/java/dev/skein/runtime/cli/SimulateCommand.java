package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.RequestSimulation;
import dev.skein.runtime.RequestTotals;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.runtime.gpu.SimTarget;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.trace.TraceRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein simulate}: what steps or a request would cost, from the shape of a model alone. */
@Command(name = "simulate", mixinStandardHelpOptions = true,
        header = "Simulates a model on a board or a GPU; needs no weights.",
        description = {"Simulates one step of a model on a board, cycle by cycle, or on a GPU, on a"
            + " roofline for each class of kernels; needs a shape, no weights. Decode: one token"
            + " with CONTEXT tokens in the cache, itself included. Prefill: a prompt of CONTEXT"
            + " tokens, in steps of what the board holds on chip, on a GPU of 2048.",
            "With --prompt-length and --output-length: a whole request, the prompt and every token"
            + " after it.",
            "A target with drives, such as a6000+instcsd*2: a request of a batch, the KV cache on"
            + " the drives and decode attention in them; a6000+instcsd*1,2,4 for several counts.",
            "Several cards of a board, such as u280*2: a step as the slowest card of each segment"
            + " and the exchange between segments through the host."},
        footer = {"", "JSON: model, board, phase, context, maxContext, tokens, cycles, timeMillis,"
            + " tokensPerSecond, bytesMoved (physical bytes off chip), bandwidthUtilisation"
            + " (physical HBM bytes / HBM peak over the time), boundBy, joules,"
            + " joulesByComponent, units[].{core, unit, busy, waitMemory, waitToken, waitPeer,"
            + " waitDispatch, waitFetch, idle} (cycles that sum to those of the run; SEQ: dispatch,"
            + " waitQueue, waitDrain, waitFetch, idle), weightBytes,"
            + " kvBytes, programBytes, attentionSparsity (share of the 64 x 64 blocks left out up"
            + " to the context), compileMillis, wallMillis, simulatedCyclesPerSecond (per second of"
            + " this machine, simulation alone). Several contexts: contexts[], an object"
            + " each.", "JSON of a request: model, board, weights, lengths, maxContext,"
            + " promptLength, outputLength, steps, cycles, seconds, timeToFirstTokenMillis,"
            + " prefillBoundBy, decodeTokensPerSecond (mean), firstDecodeTokensPerSecond,"
            + " lastDecodeTokensPerSecond, decodeBoundBy, joules, prefillJoules, joulesPerToken"
            + " (all joules over the generated tokens), weightBytes, kvBytes, programBytes,"
            + " attentionSparsity, compileMillis, wallMillis, simulatedCyclesPerSecond.",
            "JSON with drives: model, attention, wallSeconds, runs[].{target, batch, promptLength,"
            + " outputLength, fits, reason (if not), kv, timeToFirstTokenSeconds, stepSeconds"
            + " (mean), decodeTokensPerSecond, tokensPerSecond (prefill included), seconds,"
            + " gpuSeconds, cacheSeconds, flushSeconds (of a step), gpuLinkBytes, driveLinkBytes"
            + " (of a step in the middle), cacheBytes (read where the cache is), boundBy,"
            + " headsOfDrive, occupation (of the parts of a drive)}; with --faults: seconds,"
            + " secondsWithFaults, slowDown (a part of seconds), fastSeconds, pagesRead, retries,"
            + " askedAgain, pagesPerSecond (of this machine).",
            "JSON of several cards: model, board, cards, phase, context, tokens, timeMillis,"
            + " tokensPerSecond, cardMillis (the slowest card of each segment), exchangeMillis,"
            + " exchangeShare, segments, joules (all cards), bytesMoved.",
            "JSON of a GPU: model, gpu, weights, phase, context, batch, tokens, timeMillis,"
            + " tokensPerSecond (all sequences), bytesMoved, bandwidthUtilisation, boundBy,"
            + " joulesAtMost (the board at its power limit), launches, classes[].{class, launches,"
            + " millis, bytes, boundBy}, memory.{neededBytes, weightBytes, kvBytes,"
            + " activationBytes, contextBytes, capacityBytes, fits}, attentionSparsity; of a"
            + " request also promptLength, outputLength, timeToFirstTokenMillis, seconds,"
            + " decodeTokensPerSecond. Several targets: targets[], an object each."})
public final class SimulateCommand implements Callable<Integer> {
    @Mixin
    private Console console;

    @Option(names = "--model", paramLabel = "MODEL", required = true,
            description = "Name of the catalogue, model file or folder.")
    private String model;

    @Option(names = "--target", paramLabel = "TARGET", split = ",", defaultValue = "u280",
            description = "Board or GPU, or the file of one, or HOST+DRIVE*N; several with commas"
                    + " between (default: ${DEFAULT-VALUE}).")
    private List<String> targets;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format, such as w4, mixed3.5g64 or w4@8:16/w8 (default:"
                    + " that of a compressed model, else w4). GPUs also take f16.")
    private String weights;

    @Option(names = "--context", paramLabel = "TOKENS", split = ",", defaultValue = "128",
            description = "Tokens in the cache after the step; several with commas between"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> contexts;

    @Option(names = "--max-context", paramLabel = "TOKENS",
            description = "Longest sequence the program is compiled for (default: what is"
                    + " simulated; longer ones leave less room on chip).")
    private Integer maxContext;

    @Mixin
    private LengthOptions lengthOptions;

    @Mixin
    private AttentionOptions attention;

    @Option(names = "--phase", paramLabel = "PHASE", defaultValue = "decode",
            description = "Of a step: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Phase phase;

    @Option(names = "--prompt-length", paramLabel = "TOKENS", split = ",",
            description = "Simulate a whole request with a prompt of this length; with drives,"
                    + " several with commas between.")
    private List<Integer> promptLengths;

    @Option(names = "--output-length", paramLabel = "TOKENS", split = ",", defaultValue = "128",
            description = "Tokens the request generates; as --prompt-length (default:"
                    + " ${DEFAULT-VALUE}).")
    private List<Integer> outputLengths;

    @Mixin
    private StorageOptions storage;

    @Option(names = "--trace", paramLabel = "FILE",
            description = "Write a timeline for Perfetto (ui.perfetto.dev): what every unit and"
                    + " memory channel did.")
    private Path trace;

    @Option(names = "--csv", paramLabel = "FILE",
            description = "Write a table: a line an instruction; of a request, a line a step.")
    private Path csv;

    private long start;
    private Integer promptLength;
    private int outputLength;
    private int batch;
    private Board board;
    private ModelConfig config;
    private QuantScheme scheme;

    /** Created by picocli. */
    public SimulateCommand() {}

    @Override
    public Integer call() throws Exception {
        start = System.nanoTime();
        contexts.forEach(context -> atLeastOne("--context", context));
        if (targets.stream().anyMatch(StorageTarget::hasDrives)) {
            withDrives();
            return 0;
        }
        promptLength = promptLengths == null ? null : one("--prompt-length", promptLengths);
        outputLength = one("--output-length", outputLengths);
        batch = one("--batch", storage.batches());
        atLeastOne("--batch", batch);
        if (targets.stream().anyMatch(target -> CardSet.cards(target) > 1)) {
            withCards();
            return 0;
        }
        List<SimTarget> loaded = SimTarget.load(targets);
        if (promptLength != null) {
            atLeastOne("--prompt-length", promptLength);
            atLeastOne("--output-length", outputLength);
            if (trace != null) {
                throw new IllegalArgumentException("--trace goes with --context, not with"
                        + " --prompt-length");
            }
        } else if ((trace != null || csv != null) && contexts.size() > 1) {
            throw new IllegalArgumentException("--trace and --csv take one --context, not "
                    + contexts.size());
        }
        if ((trace != null || csv != null) && loaded.size() > 1) {
            throw new IllegalArgumentException("--trace and --csv take one --target, not "
                    + loaded.size());
        }
        String chosen;
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            config = attention.wanted().apply(opened, line -> console.detail("%s", line)).config();
            chosen = Loader.scheme(opened, Optional.ofNullable(weights), "w4");
        }
        var objects = new ArrayList<ObjectNode>();
        for (SimTarget target : loaded) {
            objects.add(switch (target) {
                case SimTarget.Fpga(Board fpga) -> onBoard(fpga, QuantScheme.parse(chosen));
                case SimTarget.Graphics(Gpu gpu) -> onGpu(gpu, GpuWeights.parse(chosen));
            });
            start = System.nanoTime();
        }
        console.object(list("targets", objects));
        return 0;
    }

    private void withCards() throws IOException {
        if (trace != null || csv != null || promptLengths != null || batch > 1
                || targets.size() > 1) {
            throw new IllegalArgumentException("target " + String.join(",", targets) + " has"
                    + " several cards: they are simulated for steps of one --target, without"
                    + " --trace, --csv, --prompt-length and --batch");
        }
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            config = attention.wanted().apply(opened, line -> console.detail("%s", line)).config();
            scheme = QuantScheme.parse(Loader.scheme(opened, Optional.ofNullable(weights), "w4"));
        }
        String target = targets.getFirst();
        var report = new CardsReport(console, target, config, new Compilation.Options(scheme,
                longest("--context", Collections.max(contexts)), OptionalDouble.empty(),
                lengthOptions.strategy(), CardSet.cards(target)));
        console.object(list("contexts", contexts.stream()
                .map(context -> report.step(phase, context)).toList()));
    }

    private void withDrives() throws IOException {
        if (trace != null || promptLengths == null) {
            throw new IllegalArgumentException("target " + String.join(",", targets)
                    + " has drives: give --prompt-length, and no --trace");
        }
        List<StorageTarget> drives = StorageTarget.parse(String.join(",", targets));
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            new StorageSimulation(console, opened.config(), storage).run(drives,
                    new StorageSimulation.Lengths(promptLengths, outputLengths), csv);
        }
    }

    private static int one(String option, List<Integer> values) {
        if (values.size() != 1) {
            throw new IllegalArgumentException(option + " has " + values.size() + " values; a"
                    + " board or a GPU takes one");
        }
        return values.getFirst();
    }

    /** The only one of some objects, or an object that lists them. */
    private static ObjectNode list(String name, List<ObjectNode> objects) {
        if (objects.size() == 1) {
            return objects.getFirst();
        }
        ObjectNode json = Console.newObject();
        json.putArray(name).addAll(objects);
        return json;
    }

    private ObjectNode onBoard(Board on, QuantScheme with) throws IOException {
        if (batch > 1) {
            throw new IllegalArgumentException("--batch " + batch + ": board " + on.name()
                    + " decodes one sequence at a time; batches are for GPUs");
        }
        board = on;
        scheme = with;
        return promptLength != null ? request() : steps();
    }

    private ObjectNode onGpu(Gpu gpu, GpuWeights with) throws IOException {
        if (csv != null) {
            throw new IllegalArgumentException("--csv is a table of a board's instructions; for"
                    + " GPU " + gpu.name() + " choose --trace or --json");
        }
        var report = new GpuReport(console, new GpuSimulation(config, with, gpu), batch);
        if (promptLength != null) {
            return report.request(promptLength, outputLength);
        }
        var objects = new ArrayList<ObjectNode>();
        for (int context : contexts) {
            objects.add(report.step(phase, context, Optional.ofNullable(trace)));
        }
        return list("contexts", objects);
    }

    private static void atLeastOne(String option, int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException(option + " is " + tokens + ", allowed: 1 or more");
        }
    }

    /** Compiles for the longest sequence that is asked for or needed. */
    private FpgaPlan plan(String option, int needed, Set<Phase> phases) {
        var options = new Compilation.Options(scheme, longest(option, needed),
                OptionalDouble.empty(), lengthOptions.strategy());
        return new Compilation(board, options).plan(config, phases);
    }

    private int longest(String option, int needed) {
        int compiled = maxContext == null ? needed : maxContext;
        if (compiled < needed) {
            throw new IllegalArgumentException("--max-context " + compiled + " is shorter than "
                    + option + " " + needed);
        }
        return compiled;
    }

    private double millis() {
        return (System.nanoTime() - start) / 1e6;
    }

    private ObjectNode request() throws IOException {
        FpgaPlan plan = plan("the request of", Math.addExact(promptLength, outputLength),
                EnumSet.allOf(Phase.class));
        double compileMillis = millis();
        List<RequestSimulation.Step> steps = RequestSimulation.steps(promptLength, outputLength,
                plan.memory().maxTokens());
        RequestTotals totals;
        try (var progress = console.progress("simulate, steps", steps.size())) {
            totals = new RequestTotals(promptLength, outputLength,
                    new RequestSimulation(plan.programs(), board).run(steps, progress));
        }
        var report = new RequestReport(totals, board);
        console.result("%s, %s, prompt %,d + output %,d tokens on %s, compiled for %,d tokens:",
                config.name(), scheme, promptLength, outputLength,
                board.name(), plan.memory().maxContext());
        report.print(console);
        if (csv != null) {
            Files.writeString(csv, report.csv(plan.programs()));
        }
        ObjectNode json = report.json();
        json.put("lengths", lengthOptions.strategy().toString());
        var spent = new Spent(compileMillis, millis(), totals.cycles());
        note(plan, spent);
        about(json, plan, spent);
        sparsity(json, Math.addExact(promptLength, outputLength));
        return json;
    }

    private List<CycleReport> simulate(FpgaPlan plan, List<RequestSimulation.Step> steps,
            IntConsumer progress) throws IOException {
        var simulation = new RequestSimulation(plan.programs(), board);
        if (trace == null && csv == null) {
            return simulation.run(steps, progress);
        }
        try (var recorder = new TraceRecorder(trace, csv, board, board.cores())) {
            List<CycleReport> reports = simulation.record(steps, recorder, progress);
            recorder.commit();
            return reports;
        }
    }

    private ObjectNode steps() throws IOException {
        FpgaPlan plan = plan("--context", Collections.max(contexts), phase == Phase.DECODE
                ? Set.of(phase) : EnumSet.allOf(Phase.class));
        double compileMillis = millis();
        var steps = new ArrayList<List<RequestSimulation.Step>>();
        for (int context : contexts) {
            steps.add(phase == Phase.DECODE
                    ? List.of(new RequestSimulation.Step(context - 1, 1))
                    : RequestSimulation.steps(context, 1, plan.memory().maxTokens()));
        }
        List<CycleReport> reports;
        try (var progress = console.progress("simulate, steps", steps.stream().flatMap(List::stream)
                .distinct().count())) {
            reports = simulate(plan, steps.stream().flatMap(List::stream).toList(), progress);
        }
        var spent = new Spent(compileMillis, millis(),
                reports.stream().distinct().mapToLong(CycleReport::cycles).sum());
        var objects = new ArrayList<ObjectNode>();
        int at = 0;
        for (int i = 0; i < contexts.size(); i++) {
            var totals = new SimulationTotals();
            reports.subList(at, at + steps.get(i).size()).forEach(totals::add);
            at += steps.get(i).size();
            objects.add(step(contexts.get(i), totals, plan, spent));
        }
        note(plan, spent);
        return list("contexts", objects);
    }

    private ObjectNode step(int context, SimulationTotals totals, FpgaPlan plan,
            Spent spent) {
        ObjectNode json = totals.json(board);
        json.put("phase", phase.toString());
        json.put("context", context);
        console.result("%s, %s, %s at context %,d on %s, compiled for %,d tokens:", config.name(),
                scheme, phase, context, board.name(),
                plan.memory().maxContext());
        totals.print(console, board);
        about(json, plan, spent);
        sparsity(json, context);
        if (console.verbose()) {
            totals.details(console);
        }
        return json;
    }

    /** What is left out of sequences of this length, which is not what was asked for. */
    private void sparsity(ObjectNode json, int tokens) {
        double reached = AttentionSparsity.reached(config, tokens);
        json.put("attentionSparsity", reached);
        if (reached > 0 || attention.wanted().sparsity() > 0) {
            console.note("attention leaves out %.1f %% of the 64 x 64 blocks of %,d tokens",
                    100 * reached, tokens);
        }
    }

    /** What every simulation says of itself. */
    private void about(ObjectNode json, FpgaPlan plan, Spent spent) {
        json.put("model", config.name());
        json.put("weights", scheme.toString());
        json.put("maxContext", plan.memory().maxContext());
        json.put("weightBytes", plan.memory().weightBytes());
        json.put("kvBytes", plan.memory().kvBytes());
        json.put("programBytes", plan.programBytes());
        json.put("compileMillis", spent.compileMillis());
        json.put("wallMillis", spent.wallMillis());
        json.put("simulatedCyclesPerSecond", spent.cyclesPerSecond());
    }

    private void note(FpgaPlan plan, Spent spent) {
        console.note("weights %,d bytes, KV cache %,d, programs %,d; compiled in %,.0f ms, %,.0f"
                + " ms in all on this machine, %,.1f M simulated cycles/s",
                plan.memory().weightBytes(), plan.memory().kvBytes(), plan.programBytes(),
                spent.compileMillis(), spent.wallMillis(), spent.cyclesPerSecond() / 1e6);
    }

    /** What it took on this machine; {@code cycles} are those that were simulated. */
    private record Spent(double compileMillis, double wallMillis, long cycles) {
        double cyclesPerSecond() {
            return cycles / Math.max(1e-9, (wallMillis - compileMillis) / 1e3);
        }
    }
}
