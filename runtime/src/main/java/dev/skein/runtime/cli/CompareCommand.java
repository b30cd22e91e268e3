package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Comparison;
import dev.skein.runtime.Comparison.Candidate;
import dev.skein.runtime.Comparison.Row;
import dev.skein.runtime.gpu.SimTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein compare}: models and weight formats, or targets, side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true,
        header = "Models, weight formats or targets side by side: tok/s, energy, memory.",
        description = {"Each model continues the prompt greedily on the same simulated board, cycle"
            + " by cycle, by the same number of tokens; the end of a text is passed over. Without"
            + " a model: the bundled one dense at w8 and w4, and its sparse variant.",
            "With --targets: one decode step at CONTEXT tokens and a prompt as long, on boards,"
            + " cycle by cycle, and on GPUs, on a roofline; needs shapes, no weights."},
        footer = {"", "JSON: rows[].{model, weights, perplexity, text, prefillTokensPerSecond,"
            + " tokensPerSecond, joulesPerToken, bytesPerToken, bandwidthUtilisation, boundBy,"
            + " cycles}, board.", "JSON with --targets: context, rows[].{model, weights, target,"
            + " method, tokensPerSecond, timeToFirstTokenMillis, joulesPerToken (of GPUs an upper"
            + " bound), priceUSD, neededBytes, capacityBytes, boundBy, prefillBoundBy, problem}."})
public final class CompareCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL[=SCHEME]", arity = "0..*",
            description = "Model file, folder or name, with a weight format if wanted"
                + " (default: tales=w8 tales=w4 tales-sparse).")
    private List<String> models = List.of(BundledModel.TALES + "=w8", BundledModel.TALES + "=w4",
            BundledModel.TALES_SPARSE);

    @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", defaultValue = "Once upon a time",
            description = "Text to continue (default: ${DEFAULT-VALUE}).")
    private String prompt;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "128",
            description = "Tokens to generate (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--text", paramLabel = "FILE",
            description = "Also the perplexity of this text: UTF-8, documents parted by"
                + " <|endoftext|> lines.")
    private Path text;

    @Option(names = "--targets", paramLabel = "TARGET", split = ",",
            description = "Compare these boards and GPUs, with commas between, instead of running"
                + " models on one board.")
    private List<String> targets;

    @Mixin
    private BoardOptions board;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public CompareCommand() {}

    @Override
    public Integer call() throws Exception {
        if (targets != null) {
            new TargetTable(console, board.context().orElse(TargetTable.CONTEXT))
                    .print(models.stream().map(Candidate::parse).toList(),
                            SimTarget.load(targets));
            return 0;
        }
        if (tokens < 2) {
            throw new IllegalArgumentException("-n is " + tokens + ", allowed: 2 or more");
        }
        var comparison = new Comparison(board.target(), board.context(), prompt, tokens,
                text == null ? Optional.empty() : Optional.of(Files.readString(text)));
        List<Row> rows = new ArrayList<>();
        for (String model : models) {
            rows.add(comparison.measure(Candidate.parse(model)));
        }
        console.result("%-16s %-24s %10s %10s %10s %10s %10s %8s", "model", "weights",
                "perplexity", "prefill", "decode", "energy", "off chip", "HBM");
        console.result("%-16s %-24s %10s %10s %10s %10s %10s %8s", "", "", "", "tok/s", "tok/s",
                "mJ/token", "kB/token", "% peak");
        for (Row row : rows) {
            console.result("%-16s %-24s %10s %10.0f %10.0f %10.3f %10.1f %8.1f", row.model(),
                    row.weights(), row.perplexity().isPresent()
                            ? String.format("%.4f", row.perplexity().getAsDouble()) : "-",
                    row.prefill().tokensPerSecond(), row.decode().tokensPerSecond(),
                    row.joulesPerToken() * 1e3, row.bytesPerToken() / 1e3,
                    row.decode().bandwidthUtilisation() * 100);
        }
        console.note("%d tokens after \"%s\"; rates, energy and bytes are simulated for %s",
                tokens, prompt, board.target());
        json(rows);
        return 0;
    }

    private void json(List<Row> rows) {
        ObjectNode json = Console.newObject();
        json.put("board", board.target());
        ArrayNode array = json.putArray("rows");
        for (Row row : rows) {
            ObjectNode entry = array.addObject();
            entry.put("model", row.model());
            entry.put("weights", row.weights());
            row.perplexity().ifPresent(p -> entry.put("perplexity", p));
            entry.put("text", row.text());
            entry.put("prefillTokensPerSecond", row.prefill().tokensPerSecond());
            entry.put("tokensPerSecond", row.decode().tokensPerSecond());
            entry.put("joulesPerToken", row.joulesPerToken());
            entry.put("bytesPerToken", row.bytesPerToken());
            entry.put("bandwidthUtilisation", row.decode().bandwidthUtilisation());
            entry.put("boundBy", row.decode().boundBy());
            entry.put("cycles", row.decode().cycles());
        }
        console.object(json);
    }
}
