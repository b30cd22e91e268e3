package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.Generation;
import dev.skein.runtime.GenerationResult;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.sim.trace.TraceRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein run}: a model writes text. */
@Command(name = "run", header = "Runs a model on a device: text on stdout, figures on stderr.",
        description = "The text streams to stdout while it is generated; times, and what the"
            + " simulated board would need, follow on stderr.",
        mixinStandardHelpOptions = true,
        footer = {"", "JSON: text (generated), tokens (ids, prompt included), promptTokens,"
            + " generatedTokens, device, weights, attentionSparsity (share of the 64 x 64 blocks"
            + " left out of the longest sequence), loadMillis, wall.{prefillTokensPerSecond,"
            + " decodeTokensPerSecond, prefillMillis, decodeMillis}, simulated.{board, cycles,"
            + " tokensPerSecond, seconds, joules, boundBy, ...} where time is simulated,"
            + " drive.{hostBytes (written), pageBytes, programs (pages), entryPages, tailPages,"
            + " keyPages, valuePages (read by attention), densePages (what dense attention would"
            + " read)} with --device csd."})
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model;

    @Mixin
    private Console console;

    @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", defaultValue = "",
            description = "Text to continue; empty: the beginning of a text.")
    private String prompt;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "128",
            description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--timing", paramLabel = "TIMING", defaultValue = "cycle",
            description = "What a simulated board computes: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE}); the tokens are the same.")
    private Timing timing;

    @Option(names = "--temp", paramLabel = "T", defaultValue = "0",
            description = "Temperature; 0 takes the likeliest token (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "40",
            description = "Sample from the K likeliest tokens, 0 for all"
                    + " (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "0.95",
            description = "Sample from the likeliest tokens that have probability P together"
                    + " (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1",
            description = "Seed of the sampler (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--no-echo", description = "Do not print the prompt before the text.")
    private boolean noEcho;

    @Option(names = "--trace", paramLabel = "FILE",
            description = "Write a timeline of the simulated board for Perfetto"
                    + " (ui.perfetto.dev).")
    private Path trace;

    @Option(names = "--csv", paramLabel = "FILE",
            description = "Write the table behind it: a line an instruction.")
    private Path csv;

    /** Created by picocli. */
    public RunCommand() {}

    @Override
    public Integer call() throws Exception {
        if (tokens < 0) {
            throw new IllegalArgumentException("-n is " + tokens + ", allowed: 0 or more");
        }
        var sampler = new Sampler(new Sampler.Options(temperature, topK, topP, seed));
        try (LoadedModel loaded = model.load(console, timing);
                TraceRecorder recorder = recorder(loaded)) {
            Tokenizer tokenizer = loaded.tokenizer();
            int[] ids = tokenizer.encodeWithBos(prompt);
            var text = new StringBuilder();
            // The prompt goes through the decoder too, so that spaces come out as in one text.
            Tokenizer.Decoder decoder = tokenizer.streaming();
            var echoed = new StringBuilder();
            for (int id : ids) {
                echoed.append(decoder.next(id));
            }
            if (!noEcho) {
                console.text(echoed.toString());
            }
            GenerationResult result = new Generation(loaded.accelerator(), sampler,
                    tokenizer.endOfText()).run(ids, tokens, id -> {
                        String part = decoder.next(id);
                        text.append(part);
                        console.text(part);
                    });
            String rest = decoder.finish();
            text.append(rest);
            console.text(rest + System.lineSeparator());
            if (recorder != null) {
                recorder.commit();
            }
            RunReport report = new RunReport(loaded, result);
            report.print(console);
            ObjectNode json = report.json(text.toString());
            console.object(json);
        }
        return 0;
    }

    /** Records on the device if files are asked for; else null. */
    private TraceRecorder recorder(LoadedModel loaded) throws IOException {
        if (trace == null && csv == null) {
            return null;
        }
        if (!(loaded.accelerator() instanceof SimAccelerator device)) {
            throw new IllegalArgumentException("--trace and --csv need a simulated board:"
                    + " --device sim");
        }
        var recorder = new TraceRecorder(trace, csv, device.board(), device.board().cores());
        try {
            device.record(recorder);
            return recorder;
        } catch (IllegalArgumentException e) {
            recorder.close();
            throw e;
        }
    }
}
