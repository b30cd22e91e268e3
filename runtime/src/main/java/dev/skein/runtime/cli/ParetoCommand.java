package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.AtomicFile;
import dev.skein.compiler.compress.Method;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Compression;
import dev.skein.runtime.Pareto;
import dev.skein.runtime.Pareto.Row;
import dev.skein.runtime.ParetoReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein pareto}: accuracy against speed and energy for weight schemes. */
@Command(name = "pareto", mixinStandardHelpOptions = true,
        header = "Accuracy against speed and energy for a list of weight schemes.",
        description = "For each weight scheme the perplexity of a text (interpreter, int8"
            + " activations and KV cache), beside that of rounding to nearest and of magnitude"
            + " pruning; bits a weight; and speed and energy of a decode step at context 128 on a"
            + " simulated board. Calibration texts are written by the model, seeded.",
        footer = {"", "JSON: model, board, method, attentionSparsity (wanted), unquantised"
            + " (perplexity in binary32), rows[].{scheme, perplexity, magnitude, rtn, functional"
            + " (with --confirm), bitsPerWeight, tokensPerSecond, joulesPerToken, front (no other"
            + " is better in perplexity, speed and energy)}."})
public final class ParetoCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "GGUF or HDF5 file, Hugging Face folder, or"
            + " bundled model.")
    private String model;

    @Option(names = "--text", paramLabel = "FILE", required = true,
            description = "UTF-8 text, documents parted by <|endoftext|> lines.")
    private Path text;

    @Option(names = "--schemes", paramLabel = "SCHEME", split = ",",
            defaultValue = "w8,w4,w3,mixed3.5,w8@12:16,w8@8:16,mixed3.5@8:16/w8",
            description = "Weight schemes, parted by commas (default: ${DEFAULT-VALUE}).")
    private List<String> schemes;

    @Option(names = "--target", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board, or a board file (default: ${DEFAULT-VALUE}).")
    private String target;

    @Option(names = "--confirm", description = "Also the perplexity on the functional machine,"
            + " which runs the compiled program.")
    private boolean confirm;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the table.")
    private Path csv;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw perplexity over speed.")
    private Path svg;

    @Mixin
    private CompressionOptions compression;

    @Mixin
    private AttentionOptions attention;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public ParetoCommand() {}

    @Override
    public Integer call() throws Exception {
        List<QuantScheme> parsed = schemes.stream().map(QuantScheme::parse).toList();
        Board board = FitCheck.load(target);
        Compression how = compression.orElse(Method.SPARSEGPT);
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            Model wanted = attention.wanted().apply(opened, line -> console.detail("%s", line));
            var pareto = new Pareto(wanted, board, how, Files.readString(text),
                    line -> console.detail("%s", line));
            double unquantised = pareto.unquantised();
            List<Row> rows = new ArrayList<>();
            try (var progress = console.progress("schemes", parsed.size())) {
                for (QuantScheme scheme : parsed) {
                    rows.add(pareto.measure(scheme, confirm));
                    progress.to(rows.size());
                }
            }
            String title = opened.config().name() + " on " + board.name() + ", " + how
                    + (attention.wanted().sparsity() == 0 ? "" : ", attention sparsity "
                    + attention.wanted().sparsity()) + ", " + text.getFileName();
            var report = new ParetoReport(rows, title);
            print(rows, report);
            console.note("perplexity %.4f in binary32; %s; int8 activations and KV cache; speed and"
                    + " energy simulated at context %d", unquantised, title, Pareto.CONTEXT);
            write(csv, report.csv());
            write(svg, report.svg());
            ObjectNode json = Console.newObject();
            json.put("model", opened.config().name());
            json.put("board", board.name());
            json.put("method", how.toString());
            json.put("attentionSparsity", attention.wanted().sparsity());
            json.put("unquantised", unquantised);
            put(rows, report, json);
            console.object(json);
        }
        return 0;
    }

    private static void write(Path file, String content) throws IOException {
        if (file != null) {
            AtomicFile.write(file, temporary -> Files.writeString(temporary, content));
        }
    }

    private void print(List<Row> rows, ParetoReport report) {
        console.result("%-20s %10s %10s %10s %10s %8s %10s %10s %6s", "scheme", "perplexity",
                "magnitude", "rtn", confirm ? "functional" : "", "bits/w", "tok/s", "mJ/token",
                "front");
        for (Row r : rows) {
            console.result("%-20s %10.4f %10.4f %10.4f %10s %8.3f %,10.0f %10.4f %6s", r.scheme(),
                    r.perplexity(), r.magnitude(), r.rounded(), r.functional().isPresent()
                            ? String.format("%.4f", r.functional().getAsDouble()) : "",
                    r.bitsPerWeight(), r.tokensPerSecond(), r.joulesPerToken() * 1e3,
                    report.onFront(r) ? "*" : "");
        }
    }

    private static void put(List<Row> rows, ParetoReport report, ObjectNode json) {
        var array = json.putArray("rows");
        for (Row r : rows) {
            ObjectNode row = array.addObject();
            row.put("scheme", r.scheme());
            row.put("perplexity", r.perplexity());
            row.put("magnitude", r.magnitude());
            row.put("rtn", r.rounded());
            r.functional().ifPresent(p -> row.put("functional", p));
            row.put("bitsPerWeight", r.bitsPerWeight());
            row.put("tokensPerSecond", r.tokensPerSecond());
            row.put("joulesPerToken", r.joulesPerToken());
            row.put("front", report.onFront(r));
        }
    }
}
