package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein perplexity}: how well a model predicts a text. */
@Command(name = "perplexity", mixinStandardHelpOptions = true,
        header = "How well a model predicts a text.",
        description = "Perplexity of a model on a text: exp of the mean negative log-likelihood in"
            + " nats. Documents are separated by <|endoftext|> lines and stripped; each begins"
            + " with BOS, and every token after it is scored.",
        footer = {"", "JSON: perplexity, tokens (scored), documents, device, weights,"
            + " attentionSparsity (share of the 64 x 64 blocks left out of the longest sequence),"
            + " wallMillis."})
public final class PerplexityCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model;

    @Mixin
    private Console console;

    @Option(names = "--text", paramLabel = "FILE", required = true, description = "UTF-8 text.")
    private Path text;

    @Option(names = "--stride", paramLabel = "TOKENS",
            description = "By how much the window moves in documents longer than the context"
                    + " (default: half of the context).")
    private Integer stride;

    /** Created by picocli. */
    public PerplexityCommand() {}

    @Override
    public Integer call() throws Exception {
        List<String> documents = Perplexity.documents(Files.readString(text));
        try (LoadedModel loaded = model.load(console, Timing.FUNCTIONAL)) {
            Tokenizer tokenizer = loaded.tokenizer();
            List<int[]> ids = documents.stream().map(d -> Perplexity.withBos(tokenizer, d))
                    .toList();
            long total = ids.stream().mapToLong(d -> d.length - 1L).sum();
            int step = stride != null ? stride
                    : Math.max(1, loaded.accelerator().maxContext() / 2);
            long start = System.nanoTime();
            Perplexity.Result result;
            try (var progress = console.progress("perplexity", total)) {
                result = new Perplexity(loaded.accelerator(), step).run(ids, progress::to);
            }
            double millis = (System.nanoTime() - start) / 1e6;
            console.result("perplexity %.4f over %,d tokens of %,d documents", result.perplexity(),
                    result.tokens(), ids.size());
            console.note("%s; %,.1f ms, %,.1f tok/s on this machine",
                    loaded.accelerator().description(), millis, result.tokens() / millis * 1e3);
            ObjectNode json = Console.newObject();
            json.put("perplexity", result.perplexity());
            json.put("tokens", result.tokens());
            json.put("documents", ids.size());
            json.put("device", loaded.accelerator().description());
            json.put("weights", loaded.weights());
            json.put("attentionSparsity", loaded.attentionSparsity());
            json.put("wallMillis", millis);
            console.object(json);
        }
        return 0;
    }
}
