package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Compression;
import dev.skein.runtime.Loader;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.Provenance;
import dev.skein.runtime.backend.cards.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein compile}: from a model file to an artifact. */
@Command(name = "compile", mixinStandardHelpOptions = true,
        header = "Compiles a model for a board into one artifact file.",
        description = "Compiles a model for a board into one HDF5 artifact: weights as the memory"
            + " channels hold them, programs, tokenizer. skein run takes it.",
        footer = {"", "JSON: file, board, weights, attentionSparsity (share of the 64 x 64"
            + " blocks left out of the longest sequence), programBytes, weightBytes, fileBytes,"
            + " compileMillis, maxContext."})
public final class CompileCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "GGUF or HDF5 file, or Hugging Face folder.")
    private String model;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true,
            description = "Artifact to write; replaced only when it is complete.")
    private Path output;

    @Mixin
    private BoardOptions boardOptions;

    @Mixin
    private LengthOptions lengthOptions;

    @Mixin
    private AttentionOptions attention;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format, such as w8, w4g32, mixed3.5 or w4@8:16/w8 (default: that"
                + " of a compressed model, else w8).")
    private String weights;

    @Mixin
    private CompressionOptions compression;

    @Option(names = "--smooth", paramLabel = "ALPHA",
            description = "SmoothQuant: move this share of the activations' range into the weights"
                    + " (0 to 1); needs --calibration.")
    private Double smoothing;

    @Option(names = "--calibration", paramLabel = "FILE",
            description = "Text for --smooth, documents separated by <|endoftext|> lines.")
    private Path calibration;

    @Option(names = "--dump-ir", paramLabel = "FOLDER",
            description = "Write the graph after every pass.")
    private Path dump;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public CompileCommand() {}

    @Override
    public Integer call() throws Exception {
        if ((smoothing == null) != (calibration == null)) {
            throw new IllegalArgumentException("--smooth and --calibration go together");
        }
        if (smoothing != null && !compression.compression().equals(Compression.DEFAULT)) {
            throw new IllegalArgumentException("--smooth goes with --method magnitude alone: the"
                    + " calibrated methods see the rounding of activations themselves");
        }
        Board board = FitCheck.load(CardSet.board(boardOptions.target()));
        try (Model dense = Model.open(BundledModel.resolve(model));
                Arena arena = Arena.ofShared()) {
            Model opened = attention.wanted().apply(dense, line -> console.detail("%s", line));
            Map<String, String> provenance = provenance(opened);
            long start = System.nanoTime();
            Executable executable = compile(opened, board, arena, provenance);
            double compileMillis = (System.nanoTime() - start) / 1e6;
            if (executable.cards() > 1) {
                // Refuses here what could not be run.
                Parts.of(executable, board);
            }
            ArtifactFile.write(output, executable);
            report(executable, compileMillis);
        }
        return 0;
    }

    /** What the artifact says of its making; the hashes of large files take longest. */
    private Map<String, String> provenance(Model opened) throws IOException {
        Provenance provenance = new Provenance(opened).put("skein", Version.number())
                .put("weights", scheme(opened).toString())
                .put("method", compression.compression().toString());
        if (opened.source().isPresent()) {
            provenance.hash(Path.of(BundledModel.resolve(model)));
        }
        if (smoothing != null) {
            provenance.put("smooth", smoothing.toString()).hash(calibration);
        }
        return provenance.fields();
    }

    private QuantScheme scheme(Model opened) {
        return QuantScheme.parse(Loader.scheme(opened, Optional.ofNullable(weights), "w8"));
    }

    private Executable compile(Model opened, Board board, Arena arena,
            Map<String, String> provenance) throws IOException {
        var options = new Compilation.Options(scheme(opened),
                Loader.context(opened.config(), boardOptions.context()),
                smoothing == null ? OptionalDouble.empty() : OptionalDouble.of(smoothing),
                lengthOptions.strategy(), CardSet.cards(boardOptions.target()));
        var runner = new PassRunner(Compilation.passes(board, options),
                dump == null ? PassRunner.Dump.NONE : this::dump, Optional.empty());
        PassContext passContext = PassContext.of(compression.compression().apply(opened,
                scheme(opened), line -> console.detail("%s", line)), calibration(opened),
                line -> console.detail("%s", line));
        try (var progress = console.progress("pack weights, bytes", -1)) {
            return new Compilation(board, options, runner).compile(opened.header(), passContext,
                    arena, provenance, progress);
        }
    }

    private void dump(String name, String text) {
        try {
            Files.createDirectories(dump);
            Files.writeString(dump.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(dump + ": cannot write the graph: " + e.getMessage(), e);
        }
    }

    private List<int[]> calibration(Model opened) throws IOException {
        if (calibration == null) {
            return List.of();
        }
        var tokenizer = opened.header().tokenizer().orElseThrow(
                () -> new IllegalArgumentException(model + " has no tokenizer for --calibration"));
        return Perplexity.documents(Files.readString(calibration)).stream()
                .map(tokenizer::encodeWithBos).toList();
    }

    private void report(Executable executable, double compileMillis) throws IOException {
        long weightBytes = executable.images().segments().values().stream().distinct()
                .mapToLong(s -> s.byteSize()).sum();
        ObjectNode json = Console.newObject();
        json.put("file", output.toString());
        json.put("board", executable.board());
        json.put("weights", executable.weights());
        json.put("attentionSparsity", executable.attentionSparsity());
        json.put("programBytes", executable.programBytes());
        json.put("weightBytes", weightBytes);
        json.put("fileBytes", Files.size(output));
        json.put("compileMillis", compileMillis);
        json.put("maxContext", executable.maxContext());
        console.result("%s: %s for %s, %s, context %,d: %,d bytes of images, %,d bytes of programs",
                output, executable.config().name(), executable.board(), executable.weights(),
                executable.maxContext(), weightBytes, executable.programBytes());
        console.note("compiled in %,.1f ms on this machine", compileMillis);
        console.object(json);
    }
}
