package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Loader;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein simulate}: what a step would cost, from the shape of a model alone. */
@Command(name = "simulate", mixinStandardHelpOptions = true,
        header = "Simulates one step of a model on a board, cycle by cycle; needs no weights.",
        description = "Simulates one step of a model on a board, cycle by cycle; needs a shape, no"
            + " weights. Decode: one token with CONTEXT tokens in the cache, itself included."
            + " Prefill: a prompt of CONTEXT tokens, in steps of what the board holds on chip.",
        footer = {"", "JSON: model, board, phase, context, maxContext, tokens, cycles, timeMillis,"
            + " tokensPerSecond, bytesMoved (physical bytes off chip), bandwidthUtilisation"
            + " (physical HBM bytes / HBM peak over the time), boundBy, joules, weightBytes,"
            + " kvBytes, programBytes, compileMillis, wallMillis, simulatedCyclesPerSecond (per"
            + " second of this machine, simulation alone)."})
public final class SimulateCommand implements Callable<Integer> {
    @Mixin
    private Console console;

    @Option(names = "--model", paramLabel = "MODEL", required = true,
            description = "Name of the catalogue, model file or folder.")
    private String model;

    @Option(names = "--target", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board, or a board file (default: ${DEFAULT-VALUE}).")
    private String target;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format: w8, w5, w4, w3, w2 (default: that of a compressed"
                + " model, else w4).")
    private String weights;

    @Option(names = "--context", paramLabel = "TOKENS", defaultValue = "128",
            description = "Tokens in the cache after the step (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(names = "--max-context", paramLabel = "TOKENS",
            description = "Longest sequence the program is compiled for (default: the same as"
                    + " --context; longer ones leave less room on chip).")
    private Integer maxContext;

    @Mixin
    private LengthOptions lengthOptions;

    @Option(names = "--phase", paramLabel = "PHASE", defaultValue = "decode",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Phase phase;

    /** Created by picocli. */
    public SimulateCommand() {}

    @Override
    public Integer call() throws Exception {
        if (context < 1) {
            throw new IllegalArgumentException("--context is " + context + ", allowed: 1 or more");
        }
        long start = System.nanoTime();
        Board board = FitCheck.load(target);
        ModelConfig config;
        QuantScheme scheme;
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            config = opened.config();
            scheme = QuantScheme.parse(
                    Loader.scheme(opened, Optional.ofNullable(weights), "w4"));
        }
        int compiled = maxContext == null ? context : maxContext;
        if (compiled < context) {
            throw new IllegalArgumentException("--max-context " + compiled + " is shorter than"
                    + " --context " + context);
        }
        var options = new Compilation.Options(scheme, compiled,
                OptionalDouble.empty(), lengthOptions.strategy());
        FpgaPlan plan = new Compilation(board, options).plan(config, Set.of(phase));
        double compileMillis = (System.nanoTime() - start) / 1e6;
        var totals = new SimulationTotals();
        CycleMachine machine = new CycleMachine(plan.program(phase), board, Values.NONE);
        int step = plan.program(phase).program().maxTokens();
        int first = phase == Phase.DECODE ? context - 1 : 0;
        try (var progress = console.progress("simulate", context)) {
            for (int position = first; position < context; position += step) {
                CycleReport report = machine.run(position, Math.min(step, context - position));
                totals.add(report);
                progress.to(position);
            }
        }
        double wallMillis = (System.nanoTime() - start) / 1e6;
        ObjectNode json = totals.json(board, compileMillis, wallMillis);
        json.put("model", config.name());
        json.put("phase", phase.toString());
        json.put("context", context);
        json.put("maxContext", compiled);
        json.put("weights", options.scheme().toString());
        json.put("weightBytes", plan.memory().weightBytes());
        json.put("kvBytes", plan.memory().kvBytes());
        json.put("programBytes", plan.programBytes());
        console.result("%s, %s, %s at context %,d on %s, compiled for %,d tokens:", config.name(),
                options.scheme(), phase, context, board.name(), compiled);
        totals.print(console, board);
        console.note("weights %,d bytes, KV cache %,d, program %,d; compiled in %,.0f ms, %,.0f"
                + " ms in all on this machine, %,.1f M simulated cycles/s",
                plan.memory().weightBytes(), plan.memory().kvBytes(), plan.programBytes(),
                compileMillis, wallMillis,
                json.get("simulatedCyclesPerSecond").asDouble() / 1e6);
        if (console.verbose()) {
            totals.details(console);
        }
        console.object(json);
        return 0;
    }
}
