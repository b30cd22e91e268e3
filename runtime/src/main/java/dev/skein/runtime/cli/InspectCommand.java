package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.InstructionLadder;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.xclbin.XclbinReader;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.GraphText;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.QuantReport;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein inspect}: what is in a model or an artifact. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
        header = "Shows what is in a model or an artifact: shape, graph, instructions, layout.",
        description = "Shows a model or a compiled artifact: its shape, or its graph, its"
            + " instructions, its memory layout. A model without an artifact is compiled on the"
            + " fly; no weights are read. Of an xclbin for XRT: sections, banks, kernels, units"
            + " and what they are wired to.",
        footer = {"", "JSON: name, parameters, layers, hiddenSize, heads, kvHeads, vocabSize,"
            + " maxPositions; with --placement target, placements[].{kv, chosen, fits, reason (if"
            + " not), timeToFirstTokenSeconds, stepSeconds, requestSeconds, tokensPerSecond,"
            + " gpuLinkBytes, driveLinkBytes (of a decode step), headsOfDrive, transfers[].{phase,"
            + " what, from, to, bytes (of a layer), per, overlap}}; with --layout regions[].{name,"
            + " memory, core, offset, bytes}; with --disasm instructions (number by"
            + " program); with --quantisation tensors[].{name, format,"
            + " rmse, relative (to the rms of the weights), maxError, snrDecibels, zeros (share"
            + " that is exactly 0), twoOfFour}. Of an xclbin: uuid, platform, shell, version, mode,"
            + " sections, memories, groups, kernels, units[].{name, ports}, clocks."})
public final class InspectCommand implements Callable<Integer> {

    /** What to show beside the summary. */
    static final class What {
        @Option(names = "--graph", description = "The graph, after all passes.")
        private boolean graph;

        @Option(names = "--source-graph", description = "The graph as the model's file has it.")
        private boolean sourceGraph;

        @Option(names = "--disasm", description = "The instructions of all cores.")
        private boolean disassembly;

        @Option(names = "--layout", description = "The memory regions.")
        private boolean layout;

        @Option(names = "--lengths", description = "Bytes of instructions for all lengths, step by"
                + " step of the ladder from a program for each length to one for all.")
        private boolean lengths;

        @Option(names = "--placement", description = "Where the KV cache can be on a target with"
                + " drives, such as a6000+instcsd*2, what each costs, and which is chosen.")
        private boolean placement;

        @Option(names = "--quantisation", description = "The error of every quantised tensor;"
                + " reads the weights.")
        private boolean quantisation;
    }

    /** The model, in either of two ways. */
    static final class Which {
        @Parameters(paramLabel = "MODEL", description = "Model file, folder, name of the"
                + " catalogue, artifact, or xclbin.")
        private String positional;

        @Option(names = "--model", paramLabel = "MODEL", description = "The same.")
        private String option;

        String model() {
            return positional == null ? option : positional;
        }
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Which which;

    @ArgGroup(exclusive = true)
    private What what = new What();

    @Mixin
    private PlacementOptions placementOptions;

    @Option(names = "--phase", paramLabel = "PHASE", defaultValue = "decode",
            description = "Which program: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Phase phase;

    @Option(names = "--max-context", paramLabel = "TOKENS", defaultValue = "2048",
            description = "With --lengths: the longest length (default: ${DEFAULT-VALUE}).")
    private int maxContext;

    @Option(names = "--stop-after", paramLabel = "PASS",
            description = "With --graph: the graph after this pass, quantise-weights or place.")
    private String stopAfter;

    @Mixin
    private BoardOptions boardOptions;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format, such as w4, mixed3.5g64 or w4@8:16/w8 (default:"
                    + " that of a compressed model, else w4).")
    private String weights;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public InspectCommand() {}

    @Override
    public Integer call() throws Exception {
        Path path = Path.of(BundledModel.resolve(which.model()));
        if (XclbinReader.isXclbin(path)) {
            console.object(new XclbinText(XclbinReader.read(path), console).show());
            return 0;
        }
        ObjectNode json = Console.newObject();
        if (Files.isRegularFile(path) && ArtifactFile.isArtifact(path)) {
            try (Arena arena = Arena.ofShared()) {
                artifact(ArtifactFile.read(path, arena), json);
            }
        } else {
            try (Model opened = Model.open(path.toString())) {
                model(opened, json);
            }
        }
        console.object(json);
        return 0;
    }

    private void artifact(Executable executable, ObjectNode json) {
        summary(executable.config(), json);
        json.put("board", executable.board());
        json.put("weights", executable.weights());
        console.result("compiled for %s, %s, context %,d, programs %,d bytes", executable.board(),
                executable.weights(), executable.maxContext(), executable.programBytes());
        executable.provenance().forEach((key, value) -> console.result("%s: %s", key, value));
        if (what.graph || what.sourceGraph) {
            throw new IllegalArgumentException("an artifact holds no graph: name the model it was"
                    + " made of");
        }
        if (what.lengths) {
            ladder(executable.programs(), Boards.load(executable.board()), json);
        }
        programs(executable.programs(), json);
    }

    private QuantScheme scheme(Model opened) {
        return QuantScheme.parse(Loader.scheme(opened, Optional.ofNullable(weights), "w4"));
    }

    private void model(Model opened, ObjectNode json) {
        ModelConfig config = opened.config();
        if (what.sourceGraph) {
            console.text(GraphText.print(GraphBuilder.build(config)));
            return;
        }
        if (what.placement) {
            placement(config, json);
            return;
        }
        Board board = FitCheck.load(boardOptions.target());
        int context = what.lengths ? Math.min(maxContext, config.maxPositions())
                : Loader.context(config, boardOptions.context());
        var options = new Compilation.Options(scheme(opened), context, OptionalDouble.empty());
        var compilation = new Compilation(board, options, new PassRunner(
                Compilation.passes(board, options), PassRunner.Dump.NONE,
                Optional.ofNullable(stopAfter)));
        if (stopAfter != null && !what.graph) {
            throw new IllegalArgumentException("--stop-after goes with --graph");
        }
        if (what.graph) {
            console.text(GraphText.print(compilation.graph(config, PassContext.shapesOnly())));
            return;
        }
        summary(config, json);
        if (what.quantisation) {
            quantisation(compilation.graph(config, PassContext.shapesOnly()), opened, json);
        }
        if (what.lengths) {
            ladder(compilation.plan(config, EnumSet.allOf(Phase.class)).programs(), board, json);
        }
        if (what.layout || what.disassembly) {
            programs(compilation.plan(config, EnumSet.allOf(Phase.class)).programs(), json);
        }
    }

    private void placement(ModelConfig config, ObjectNode json) {
        String target = boardOptions.target();
        List<StorageTarget> targets = StorageTarget.parse(target);
        if (targets.size() != 1) {
            throw new IllegalArgumentException("target '" + target + "': --placement takes one");
        }
        summary(config, json);
        new PlacementTable(console, placementOptions).show(config, targets.getFirst(), json);
    }

    private void ladder(ProgramSet programs, Board board, ObjectNode json) {
        InstructionLadder ladder = InstructionLadder.of(programs, board);
        console.result("instructions for all lengths 1 to %,d on %s, %d cores:",
                ladder.maxContext(), board.name(), ladder.cores());
        console.result("%-20s %9s %18s  %-12s %s", "step", "programs", "bytes", "FlightLLM*",
                "what is counted");
        ObjectNode out = json.putObject("ladder");
        out.put("maxContext", ladder.maxContext());
        out.put("cores", ladder.cores());
        out.put("alike", ladder.alike());
        ArrayNode rungs = out.putArray("rungs");
        for (InstructionLadder.Rung r : ladder.rungs()) {
            console.result("%-20s %,9d %,18d  %-12s %s", r.name(), r.programs(), r.bytes(),
                    r.paperBytes() == 0 ? "-" : "%,.2f GB".formatted(r.paperBytes() / 1e9),
                    r.definition());
            rungs.addObject().put("name", r.name()).put("definition", r.definition())
                    .put("programs", r.programs()).put("bytes", r.bytes())
                    .put("paperBytes", r.paperBytes());
        }
        console.result("cores 1 and up have %.1f %% of their instructions at the same place as core"
                + " 0; unlike are uneven splits and the place each core broadcasts to",
                ladder.alike() * 100);
        console.result("* arXiv 2401.03868, LLaMA2-7B, 3 cores, lengths 1 to 2048; its prefill"
                + " programs hold a whole prompt, ours a step of it");
    }

    private void quantisation(Graph graph, Model opened, ObjectNode json) {
        var tensors = json.putArray("tensors");
        console.result("%-24s %-8s %12s %10s %12s %9s %8s", "tensor", "format", "rmse",
                "relative", "max error", "SNR dB", "zeros");
        for (QuantReport.Row row : QuantReport.of(graph, opened.weights())) {
            console.result("%-24s %-8s %12.6g %10.5f %12.6g %9.2f %8s", row.weight().name(),
                    row.format(), row.error().rmse(), row.error().relative(),
                    row.error().maxError(), row.error().snrDecibels(), row.twoOfFour() ? "2:4"
                            : String.format("%.1f %%", 100 * row.zeros()));
            ObjectNode entry = tensors.addObject();
            entry.put("name", row.weight().name());
            entry.put("format", row.format());
            entry.put("rmse", row.error().rmse());
            entry.put("relative", row.error().relative());
            entry.put("maxError", row.error().maxError());
            entry.put("snrDecibels", row.error().snrDecibels());
            entry.put("zeros", row.zeros());
            entry.put("twoOfFour", row.twoOfFour());
        }
    }

    private void summary(ModelConfig config, ObjectNode json) {
        json.put("name", config.name());
        json.put("family", config.family().toString());
        json.put("parameters", config.parameterCount());
        json.put("layers", config.layers());
        json.put("hiddenSize", config.hiddenSize());
        json.put("intermediateSize", config.mlp().intermediateSize());
        json.put("heads", config.attention().heads());
        json.put("kvHeads", config.attention().kvHeads());
        json.put("headDim", config.attention().headDim());
        json.put("vocabSize", config.vocabSize());
        json.put("maxPositions", config.maxPositions());
        if (!what.disassembly) {
            console.result("%s: %s, %,d parameters, %d layers, hidden %d, MLP %d, %d heads on %d KV"
                    + " heads of %d, vocabulary %,d, %,d positions", config.name(),
                    config.family(), config.parameterCount(), config.layers(),
                    config.hiddenSize(), config.mlp().intermediateSize(),
                    config.attention().heads(), config.attention().kvHeads(),
                    config.attention().headDim(), config.vocabSize(), config.maxPositions());
        }
    }

    private void programs(ProgramSet programs, ObjectNode json) {
        if (what.disassembly) {
            new ProgramText(console).disassembly(programs.longest(phase).program());
        }
        if (what.layout) {
            new ProgramText(console).layout(programs.longest(phase).program(), json);
        }
        ObjectNode counts = json.putObject("instructions");
        programs.phases().forEach(p -> counts.put(p.toString(), programs.longest(p).program()
                .streams().stream().mapToInt(List::size).sum()));
    }
}
