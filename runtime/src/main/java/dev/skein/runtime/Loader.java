package dev.skein.runtime;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyAttention;
import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.Precision;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.hls.isa.Program;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.cards.CardsAccelerator;
import dev.skein.runtime.backend.csd.CsdCache;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.reference.ReferenceAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimulatedCards;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.backend.xrt.XrtCard;
import dev.skein.runtime.backend.xrt.XrtCards;
import dev.skein.runtime.device.Accelerator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Puts models and artifacts on devices. */
public final class Loader {
    private final LoadOptions options;
    private final IntConsumer progress;
    private final Consumer<String> log;

    /**
     * A loader.
     *
     * @param progress is told the bytes of weights that are packed, from several threads
     */
    public Loader(LoadOptions options, IntConsumer progress) {
        this(options, progress, _ -> { });
    }

    /**
     * A loader.
     *
     * @param progress is told the bytes of weights that are packed, from several threads
     * @param log takes remarks, one line each
     */
    public Loader(LoadOptions options, IntConsumer progress, Consumer<String> log) {
        this.options = options;
        this.progress = progress;
        this.log = log;
    }

    /** The context for a model: what was asked for, else what it allows up to the default. */
    public static int context(ModelConfig config, OptionalInt asked) {
        return asked.orElse(Math.min(config.maxPositions(), LoadOptions.DEFAULT_CONTEXT));
    }

    /** The weight scheme: what was asked for, else that of a compressed model, else another. */
    public static String scheme(Model model, Optional<String> asked, String otherwise) {
        return asked.or(() -> model.scheme().map(QuantScheme::toString)).orElse(otherwise);
    }

    /** Loads a model or an artifact. */
    public LoadedModel load(String spec) throws IOException {
        long start = System.nanoTime();
        Path path = Path.of(BundledModel.resolve(spec));
        if (Files.isRegularFile(path) && ArtifactFile.isArtifact(path)) {
            return artifact(path, start);
        }
        Model opened = Model.open(path.toString());
        try {
            Model model = attended(opened);
            return switch (options.device().kind()) {
                case REFERENCE -> reference(model, start);
                case CSD -> drive(model, start);
                case OPENCL, CUDA -> kernels(model, start);
                case SIM, XRT -> compiled(model, start);
            };
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The model with the spans that were asked for; with none where a policy takes their place. */
    private Model attended(Model model) {
        CacheOptions cache = options.cache();
        DeviceKind kind = options.device().kind();
        boolean drive = kind == DeviceKind.CSD;
        if (cache.drive().isPresent() && !drive) {
            throw new IllegalArgumentException("--csd names the folder of a drive: add --device"
                    + " csd");
        }
        if (cache.policy().isEmpty() && !drive) {
            return options.attention().apply(model, log);
        }
        if (!drive && kind != DeviceKind.REFERENCE || options.attention().sparsity() > 0) {
            throw new IllegalArgumentException("--attention runs on --device reference and csd,"
                    + " without --attention-sparsity");
        }
        if (!model.config().attentionSpans().isEmpty()) {
            log.accept("attention " + policy() + " takes the place of the spans of "
                    + model.config().name());
        }
        return AttentionSparsity.without(model);
    }

    private LoadedModel artifact(Path path, long start) throws IOException {
        DeviceKind kind = options.device().kind();
        if (kind != DeviceKind.SIM && kind != DeviceKind.XRT) {
            throw new IllegalArgumentException(path + " is compiled for a board: run it with"
                    + " --device sim or xrt, or name the model it was made of");
        }
        if (!options.cache().equals(CacheOptions.NONE)) {
            throw new IllegalArgumentException(path + " is compiled for a board, which has a cache"
                    + " of its own: leave --attention and --csd out, or name the model it was made"
                    + " of");
        }
        if (options.weights().isPresent() || options.context().isPresent()
                || options.lengths().isPresent() || options.attention().sparsity() > 0) {
            throw new IllegalArgumentException(path + " is compiled: --weights, --context,"
                    + " --lengths and --attention-sparsity are fixed in it; leave them out or name"
                    + " the model it was made of");
        }
        Arena arena = Arena.ofShared();
        try {
            Executable executable = ArtifactFile.read(path, arena);
            Board board = FitCheck.load(executable.cardBoard());
            requireSame(path, executable, board);
            return onBoard(path.toString(), executable, board, start, arena::close);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Board files can be edited; a program fits the one it was made for. */
    private static void requireSame(Path path, Executable executable, Board board) {
        Program program = executable.program(Phase.DECODE).program();
        boolean fits = program.cores() == executable.cards() * board.cores()
                && program.buffers().equals(board.buffers())
                && executable.stripes().equals(Stripes.of(board, executable.cards()))
                && program.regions().stream().allMatch(r ->
                        r.offset() + r.bytes() <= board.memory(r.memory(),
                                Math.max(0, r.core()) % board.cores()).capacityBytes());
        if (!fits) {
            throw new IllegalArgumentException(path + " is compiled for a board " + board.name()
                    + " of other cores, buffers or memories: compile the model again");
        }
    }

    private LoadedModel reference(Model model, long start) {
        PreparedModel p = PreparedModel.of(model, options.weights(), options.context(),
                options.compression(), log);
        Precision precision = options.device().precision();
        boolean wide = !precision.isExact();
        if (wide && options.cache().policy().isPresent()) {
            throw new IllegalArgumentException("--attention goes with int8 activations: leave"
                    + " --precision out");
        }
        var interpreter = wide ? Interpreter.wide(p.graph(), p.weights(), precision.hasInt8Cache())
                : new Interpreter(p.graph(), p.weights(), options.cache().policy()
                        .map(a -> new PolicyAttention(a, p.context())));
        var device = new ReferenceAccelerator(interpreter, p.context(), p.name() + ", "
                + p.scheme() + (wide ? " without int8 activations"
                + (precision.hasInt8Cache() ? ", int8 cache," : "") : "")
                + " on the reference interpreter (binary32)" + options.cache().policy()
                .map(a -> ", attention " + a + " (binary16 cache)").orElse(""));
        return new LoadedModel(model.header(), device, Optional.empty(), Optional.empty(),
                p.scheme(), millis(start), model::close);
    }

    private LoadedModel drive(Model model, long start) throws IOException {
        PreparedModel p = PreparedModel.of(model, options.weights(), options.context(),
                options.compression(), log);
        CsdCache cache = CsdCache.open(p.graph(), p.context(), policy(), options.cache().drive());
        var device = new ReferenceAccelerator(new Interpreter(p.graph(), p.weights(),
                Optional.of(cache)), p.context(), p.name() + ", " + p.scheme()
                + " on the reference interpreter (binary32), attention " + policy()
                + " and its binary16 cache in a drive of files");
        return new LoadedModel(model.header(), device, Optional.empty(), Optional.of(cache),
                p.scheme(), millis(start), () -> {
                    try {
                        cache.close();
                    } finally {
                        model.close();
                    }
                });
    }

    /** In a drive. */
    private AttentionPolicy policy() {
        return options.cache().policy().orElse(new AttentionPolicy.Dense());
    }

    private LoadedModel kernels(Model model, long start) {
        String scheme = integers(model,
                options.device().kind() == DeviceKind.CUDA ? "CUDA" : "OpenCL");
        QuantScheme parsed = QuantScheme.parse(scheme);
        int context = PreparedModel.context(model.config(), options.context());
        KernelPlan plan = KernelPlanner.plan(Compression.graph(model, parsed), options.batch()
                .map(room -> room.capacity(context)).orElseGet(() -> Capacity.single(context)),
                options.device().precision());
        Weights weights = options.compression().apply(model, parsed, log);
        var device = KernelDevices.open(options.device(),
                new GpuLoad(plan, weights, model.config().name() + ", " + parsed, progress));
        return new LoadedModel(model.header(), device, Optional.empty(), parsed.toString(),
                millis(start), model::close);
    }

    /** The weight scheme of devices that take integers only. */
    private String integers(Model model, String device) {
        String scheme = scheme(model, options.weights(), "w8");
        if (scheme.equals("f32")) {
            throw new IllegalArgumentException("weights f32 run on --device reference only; "
                    + device + " takes w8, w5, w4, w3 and w2");
        }
        return scheme;
    }

    private LoadedModel compiled(Model model, long start) throws IOException {
        Board board = FitCheck.load(CardSet.board(options.target()));
        Arena arena = Arena.ofShared();
        try {
            return onBoard(model.config().name(), compile(model, board, arena), board, start,
                    () -> {
                        arena.close();
                        model.close();
                    });
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private LoadedModel onBoard(String name, Executable executable, Board board, long start,
            Runnable resources) throws IOException {
        boolean xrt = options.device().kind() == DeviceKind.XRT;
        Accelerator device = executable.cards() > 1 ? onCards(name, executable, board, xrt)
                : xrt ? onCard(name, executable, board)
                : new SimAccelerator(executable, board, options.timing());
        return new LoadedModel(executable.header(), device, Optional.of(executable),
                Optional.empty(), executable.weights(), millis(start), resources);
    }

    private Accelerator onCards(String name, Executable executable, Board board, boolean xrt)
            throws IOException {
        if (!xrt) {
            return SimulatedCards.of(executable, board, options.timing());
        }
        XrtCards cards = XrtCards.deploy(name, executable, board, options.xrt(), Optional.empty());
        CardsAccelerator device = cards.accelerator();
        try {
            cards.devices().getFirst().design().remarks().forEach(log);
            cards.load(_ -> { });
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private Accelerator onCard(String name, Executable executable, Board board)
            throws IOException {
        options.xrt().require(1, executable.board());
        XrtAccelerator device = XrtCard.deploy(name, executable, board, options.xrt(),
                Optional.empty());
        try {
            device.design().remarks().forEach(log);
            device.load(_ -> { });
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** Compiles a model with these options. */
    public Executable compile(Model model, Board board, Arena arena) {
        QuantScheme scheme = QuantScheme.parse(integers(model, board.name()));
        return compile(model, board, arena, options.compression().apply(model, scheme, log));
    }

    /** Compiles a model with these options and weights that are compressed already. */
    Executable compile(Model model, Board board, Arena arena, Weights weights) {
        var compilation = new Compilation(board, new Compilation.Options(
                QuantScheme.parse(scheme(model, options.weights(), "w8")),
                context(model.config(), options.context()), OptionalDouble.empty(),
                options.lengths().orElse(LengthStrategy.PARAMETRIC),
                CardSet.cards(options.target())));
        return compilation.compile(model.header(), PassContext.of(weights), arena,
                new Provenance(model).fields(), progress);
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
