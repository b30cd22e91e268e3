package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.Bench;
import dev.skein.runtime.DeviceBench;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.RtlBench;
import dev.skein.runtime.batch.BatchBench;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skein bench}: how fast the simulators, or a device of this machine, are. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        header = "How fast this machine simulates, or a device of it is.",
        description = "Speed of the simulated decode on this machine: tokens a second in functional"
            + " and in cycle mode. With --device opencl or cuda, speed of decode and prefill on"
            + " that device"
            + " and the times of its kernels in one decode step; with --batch, of many sequences"
            + " together. With --suite decode, all that a GPU is judged by, each figure beside its"
            + " target. Weights of models without a file come from a seed.",
        footer = {"", "JSON: rows[].{model, weights, timing, tokens, tokensPerSecond (median of"
            + " runs), simulatedCyclesPerSecond}, attentionSparsity (share of the 64 x 64 blocks"
            + " left out of 512 tokens), java, processors. Of a device: model, weights, device,"
            + " tokens, decodeTokensPerSecond and prefillTokensPerSecond (medians of runs),"
            + " readGBps (measured by a kernel that only reads), kernels[].{kernel, launches,"
            + " micros, weightBytes, weightGBps, shareOfRead}. With --batch: model, weights,"
            + " device, batch, chunk, tokens (of each), tokensPerSecond (generated, of all"
            + " together), generatedTokens, seconds, steps, firstTokenMillis and"
            + " perTokenMillis.{median, p99}, preemptions, peakPages, computedTokens, of the run"
            + " with the median throughput. With --rtl: model, weights, steps,"
            + " instructions, mpeCycles, rtlSeconds, simulatorSeconds, ratio.",
            "", "JSON of --suite: suite, schema, device, driver, java, processors, scale, model,"
            + " weights, seed, runs, gpu (file of the predictions), speed.{readGBps, copyGBps,"
            + " int8GMacPerSecond, fp32GFlops}, rows[].{part, name, unit, median, least, most,"
            + " runs, target (at least), verdict (met, missed), or problem}, kernels[].{step (empty"
            + " of a product alone), work.{name, kind, width, bytes, tensorMacs, int8,"
            + " instructions} of one launch, fit (half that 'validate gpu --measured' may fit to),"
            + " launches, micros (of one, device's clock), gapMicros, predictedMicros (0: no GPU"
            + " file)}, steps[].{name, model, weights, prefill, context, batch, fit, launches,"
            + " deviceMicros, wallMicros (host's clock)}."})
public final class BenchCommand implements Callable<Integer> {
    private static final String DEFAULT_MODEL = "llama-110m";

    @Option(names = "--model", paramLabel = "MODEL",
            description = "Name of the catalogue, model file or folder (default: llama-110m; of a"
                    + " suite llama2-7b, or tales with --scale small).")
    private String model;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format (default: that of a compressed"
                + " model, else w8; of a suite w4).")
    private String weights;

    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "sim",
            converter = ModelOptions.Device.class,
            description = "sim (the simulators), opencl, opencl:N, cuda or cuda:N (default:"
                + " ${DEFAULT-VALUE}).")
    private DeviceChoice device;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--target", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board, or a board file (default: ${DEFAULT-VALUE}).")
    private String target;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "64",
            description = "Tokens a run (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "5",
            description = "Counted runs after one warm-up (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--batch", paramLabel = "N",
            description = "Throughput of N sequences at once, with --device opencl or"
                    + " cuda.")
    private Integer batch;

    @Option(names = "--rtl", description = "Measure the RTL of the MPE under Verilator against the"
            + " cycle simulator instead, on the same matrix instructions: for small models.")
    private boolean rtl;

    @Mixin
    private SuiteChoice suite;

    @Mixin
    private AttentionOptions attention;

    @Mixin
    private Console console;

    @Spec
    private CommandSpec spec;

    /** Created by picocli. */
    public BenchCommand() {}

    @Override
    public Integer call() throws Exception {
        if (tokens < 1 || runs < 1) {
            throw new IllegalArgumentException("-n and --runs are at least 1");
        }
        BoardOnly.refuse(spec.commandLine(), device);
        DeviceChoice on = device.with(precision.asked());
        if (suite.wanted() && !on.precision().isExact()) {
            throw new IllegalArgumentException("--suite measures the exact mode: leave"
                    + " --precision out");
        }
        if (batch != null && (suite.wanted() || rtl)) {
            throw new IllegalArgumentException("--batch measures one model on a device: leave out"
                    + " --suite, which has a batch of its own, and --rtl");
        }
        if (suite.wanted()) {
            return suite.run(console, device, Optional.ofNullable(model),
                    Optional.ofNullable(weights), runs);
        }
        model = model == null ? DEFAULT_MODEL : model;
        if (rtl) {
            return againstRtl();
        }
        if (batch != null) {
            return batched();
        }
        return switch (device.kind()) {
            case SIM -> simulators();
            case OPENCL, CUDA -> new DeviceBenchReport(console, tokens, runs).print(
                    DeviceBench.run(model, Optional.ofNullable(weights), attention.wanted(), on,
                    tokens, runs));
            case REFERENCE, CSD, XRT -> throw new IllegalArgumentException(
                    "bench measures --device sim, opencl and cuda");
        };
    }

    private int batched() throws IOException {
        if (!device.kind().runsKernels()) {
            throw new IllegalArgumentException("--device " + device + " takes one sequence at a"
                    + " time: for --batch choose --device opencl or cuda");
        }
        BatchBench.Result result = BatchBench.run(model, Optional.ofNullable(weights),
                attention.wanted(), device.with(precision.asked()),
                new BatchBench.Work(batch, tokens, runs));
        console.result("%s, %d sequences at once", result.device(), batch);
        BatchRun.print(console::result, result.figures());
        console.note("median of %d runs after one warm-up, by the clock of this machine;"
                + " each prompt has %d tokens and gets %d more, a step at most %d", runs,
                BatchBench.PROMPT, result.tokens(), result.chunk());
        ObjectNode json = Console.newObject();
        json.put("model", result.model());
        json.put("weights", result.weights());
        json.put("device", result.device());
        json.put("batch", batch);
        json.put("chunk", result.chunk());
        json.put("tokens", result.tokens());
        BatchRun.put(json, result.figures());
        console.object(json);
        return 0;
    }

    private int simulators() throws IOException {
        ObjectNode json = Console.newObject();
        json.put("java", Runtime.version().toString());
        json.put("processors", Runtime.getRuntime().availableProcessors());
        var rows = json.putArray("rows");
        try (Bench bench = Bench.open(model, Optional.ofNullable(weights), target,
                attention.wanted())) {
            json.put("attentionSparsity", bench.attentionSparsity());
            console.result("%-20s %-8s %-11s %10s %22s", "model", "weights", "timing", "tok/s",
                    "simulated Mcycles/s");
            for (Bench.Row row : bench.run(tokens, runs)) {
                console.result("%-20s %-8s %-11s %10.1f %22.1f", row.model(), row.weights(),
                        row.timing(), row.tokensPerSecond(), row.simulatedCyclesPerSecond() / 1e6);
                ObjectNode entry = rows.addObject();
                entry.put("model", row.model());
                entry.put("weights", row.weights());
                entry.put("timing", row.timing());
                entry.put("tokens", tokens);
                entry.put("tokensPerSecond", row.tokensPerSecond());
                entry.put("simulatedCyclesPerSecond", row.simulatedCyclesPerSecond());
            }
        }
        console.note("decode from an empty context, median of %d runs of %d tokens after one"
                + " warm-up; this machine has %d processors", runs, tokens,
                Runtime.getRuntime().availableProcessors());
        console.object(json);
        return 0;
    }

    private int againstRtl() throws Exception {
        RtlBench b = RtlBench.run(model, Optional.ofNullable(weights), target, tokens);
        console.result("%s %s, %d decode steps: %,d matrix instructions, %,d cycles of the MPE",
                model, b.weights(), b.steps(), b.instructions(), b.cycles());
        console.result("RTL under Verilator  %10.3f s %14.0f cycles/s", b.rtlSeconds(),
                b.cycles() / b.rtlSeconds());
        console.result("cycle simulator      %10.3f s %14.0f cycles/s", b.simulatorSeconds(),
                b.cycles() / b.simulatorSeconds());
        console.result("ratio                %10.0f", b.ratio());
        console.note("an MPE of the RTL's size in both, equal cycles; the simulator's time has all"
                + " units and memories in it, the RTL's the filling of its buffers");
        ObjectNode json = Console.newObject();
        json.put("model", model).put("weights", b.weights()).put("steps", b.steps())
                .put("instructions", b.instructions()).put("mpeCycles", b.cycles())
                .put("rtlSeconds", b.rtlSeconds()).put("simulatorSeconds", b.simulatorSeconds())
                .put("ratio", b.ratio());
        console.object(json);
        return 0;
    }
}
