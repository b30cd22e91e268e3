package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.runtime.explore.Outcome;
import dev.skein.runtime.explore.Search;
import dev.skein.runtime.explore.SearchResult;
import dev.skein.runtime.explore.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein explore}: searches the architecture that suits a model on a card. */
@Command(name = "explore", mixinStandardHelpOptions = true,
        header = "Searches the architecture that decodes a model fastest on a card.",
        description = "Searches cores, MPE shapes, SFU lanes, buffers and channel maps that fit the"
            + " card by the resource model; each candidate is compiled and simulated. Prints the"
            + " Pareto front of decode and prefill speed, energy and use of the device. The result"
            + " depends on --seed and --budget, not on the number of threads.",
        footer = {"", "JSON: model, board, weights, context, seed, budget, evaluated, uncompilable,"
            + " refused (by the resource model, not simulated), front[].{index, seed,"
            + " decodeTokensPerSecond, prefillTokensPerSecond, joulesPerToken, load, values}, best"
            + " (index)."})
public final class ExploreCommand implements Callable<Integer> {
    @Option(names = "--model", paramLabel = "MODEL", required = true,
            description = "Name of the catalogue, model file or folder.")
    private String model;

    @Option(names = "--board", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board to start at, or a board file (default: ${DEFAULT-VALUE}).")
    private String board;

    @Option(names = "--weights", paramLabel = "SCHEME", defaultValue = "w4",
            description = "Weight format (default: ${DEFAULT-VALUE}).")
    private String weights;

    @Option(names = "--context", paramLabel = "TOKENS", defaultValue = "128",
            description = "Tokens in the cache after the decode step (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(names = "--budget", paramLabel = "N", defaultValue = "64",
            description = "Candidates to simulate (default: ${DEFAULT-VALUE}).")
    private int budget;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1",
            description = "Seed of the search (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--threads", paramLabel = "N",
            description = "Candidates evaluated at once (default: the processors).")
    private Integer threads;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE",
            description = "Write the best board here, a .properties file; replaced only when"
                    + " complete.")
    private Path out;

    @Option(names = "--resume", paramLabel = "FILE",
            description = "Journal: what it knows is not evaluated again, what is new is added.")
    private Path journal;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public ExploreCommand() {}

    @Override
    public Integer call() throws Exception {
        check();
        QuantScheme.parse(weights);
        var workload = new Task.Workload(board, model, weights, context);
        Search search;
        try (Model opened = Model.open(model)) {
            search = Search.of(workload, seed, opened.config(), Version.number());
        }
        SearchResult result;
        try (var progress = console.progress("explore", budget)) {
            result = search.run(budget,
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                    Optional.ofNullable(journal), _ -> progress.accept(1));
        }
        print(result);
        console.object(json(search, result));
        if (out != null && result.best().isPresent()) {
            write(search.boardFile(name(out), result.best().get(), provenance(result)));
        }
        return result.best().isPresent() ? 0 : 1;
    }

    private void check() {
        if (budget < 1 || context < 1 || threads != null && threads < 1) {
            throw new IllegalArgumentException("--budget, --context and --threads are "
                    + budget + ", " + context + " and " + (threads == null ? "unset" : threads)
                    + ", allowed: 1 or more");
        }
        if (out != null && !out.toString().endsWith(".properties")) {
            throw new IllegalArgumentException("--out " + out
                    + ": a board file's name ends with .properties");
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private void write(String text) throws IOException {
        Path folder = out.toAbsolutePath().getParent();
        Path part = Files.createTempFile(folder, "board", ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        console.note("wrote %s", out);
    }

    private List<String> provenance(SearchResult result) {
        Outcome best = result.best().orElseThrow();
        return List.of("Result of a design search: skein explore --model " + model + " --board "
                + board + " \\", "    --weights " + weights + " --context " + context
                + " --budget " + budget + " --seed " + seed + " (skein " + Version.number() + ")",
                String.format(Locale.ROOT, "Candidate %d, simulated: %.2f tok/s decode, %.1f tok/s"
                        + " prefill, %.4g J/token;", best.task().index(),
                        best.decodeTokensPerSecond(), best.prefillTokensPerSecond(),
                        best.joulesPerToken()),
                String.format(Locale.ROOT, "it takes %.1f %% of what can be used of the scarcest"
                        + " resource (skein resources).", 100 * best.load()),
                "Values it changed say so; all others are those of the board it began at.", "");
    }

    private void print(SearchResult result) {
        console.result("%s, %s, context %,d, from board %s, seed %d: %,d candidates simulated, %,d"
                + " more could not be compiled, %,d did not fit the card", model, weights, context,
                board, seed, result.outcomes().size() - result.uncompilable(),
                result.uncompilable(), result.refused());
        console.result("%9s %14s %15s %9s %6s  %s", "candidate", "decode tok/s", "prefill tok/s",
                "J/token", "load", "changed (simulated; load by the resource model)");
        for (Outcome outcome : result.front()) {
            console.result("%8d%s %14.2f %15.1f %9.4f %5.1f%%  %s", outcome.task().index(),
                    result.best().filter(outcome::equals).isPresent() ? "*" : " ",
                    outcome.decodeTokensPerSecond(), outcome.prefillTokensPerSecond(),
                    outcome.joulesPerToken(), 100 * outcome.load(), result.changes(outcome));
        }
        if (result.best().isEmpty()) {
            console.note("no candidate could be compiled: %s",
                    result.outcomes().getFirst().refusal());
        }
    }

    private ObjectNode json(Search search, SearchResult result) {
        ObjectNode json = Console.newObject();
        json.put("model", model);
        json.put("board", board);
        json.put("weights", weights);
        json.put("context", context);
        json.put("seed", seed);
        json.put("budget", budget);
        json.put("evaluated", result.outcomes().size());
        json.put("uncompilable", result.uncompilable());
        json.put("refused", result.refused());
        var front = json.putArray("front");
        for (Outcome outcome : result.front()) {
            ObjectNode o = front.addObject();
            o.put("index", outcome.task().index());
            o.put("seed", outcome.task().seed());
            o.put("decodeTokensPerSecond", outcome.decodeTokensPerSecond());
            o.put("prefillTokensPerSecond", outcome.prefillTokensPerSecond());
            o.put("joulesPerToken", outcome.joulesPerToken());
            o.put("load", outcome.load());
            ObjectNode values = o.putObject("values");
            search.values(outcome).forEach(values::put);
        }
        result.best().ifPresent(b -> json.put("best", b.task().index()));
        return json;
    }
}
