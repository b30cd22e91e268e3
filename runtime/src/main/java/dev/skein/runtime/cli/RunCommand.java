package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.Generation;
import dev.skein.runtime.GenerationResult;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.backend.xrt.PowerMeter;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.batch.PromptFile;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.replay.RecordingAccelerator;
import dev.skein.runtime.replay.ReplayAccelerator;
import dev.skein.runtime.replay.RunLog;
import dev.skein.runtime.replay.RunLogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein run}: a model writes text. */
@Command(name = "run", header = "Runs a model on a device: text on stdout, figures on stderr.",
        description = "The text streams to stdout while it is generated; times, and what the"
            + " simulated board would need, follow on stderr.",
        mixinStandardHelpOptions = true,
        footer = {"", "JSON: text (generated), tokens (ids, prompt included), promptTokens,"
            + " generatedTokens, computes (whether the device does), device, weights,"
            + " attentionSparsity (share of the 64 x 64 blocks left out of the longest sequence),"
            + " loadMillis, wall.{prefillTokensPerSecond, decodeTokensPerSecond,"
            + " prefillMillis, decodeMillis}, simulated.{board, cycles, tokensPerSecond,"
            + " seconds, joules, boundBy, ...} where time is simulated,"
            + " power.{sensor, readings, seconds, meanWatts, joulesPerToken; or missing} with"
            + " --device xrt,"
            + " drive.{hostBytes (written), pageBytes, programs (pages), entryPages, tailPages,"
            + " keyPages, valuePages (read by attention), densePages (what dense attention would"
            + " read)} with --device csd. With --prompts: requests[].{prompt, text, tokens"
            + " (generated), promptTokens, firstTokenMillis, perTokenMillis, preemptions} in the"
            + " order of the file, device, weights, loadMillis, batch, chunk, pages,"
            + " tokensPerSecond (generated, of all requests), generatedTokens, seconds, steps,"
            + " firstTokenMillis and perTokenMillis.{median, p99}, preemptions, peakPages,"
            + " computedTokens."})
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model;

    @Mixin
    private BatchOptions batch;

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
            description = "Write a timeline of the simulated board, or of the kernels on a device,"
                    + " for Perfetto (ui.perfetto.dev).")
    private Path trace;

    @Option(names = "--csv", paramLabel = "FILE",
            description = "Write the table behind that of a board: a line an instruction.")
    private Path csv;

    @Option(names = "--record", paramLabel = "FILE",
            description = "Write a log of all that the device is given and gives.")
    private Path record;

    @Option(names = "--replay", paramLabel = "FILE",
            description = "Run a log instead of a model and a device: prompt, sampling and number"
                    + " of tokens are those of the record.")
    private Path replay;

    /** Created by picocli. */
    public RunCommand() {}

    @Override
    public Integer call() throws Exception {
        if (tokens < 0) {
            throw new IllegalArgumentException("-n is " + tokens + ", allowed: 0 or more");
        }
        var sampling = new Sampler.Options(temperature, topK, topP, seed);
        Optional<Path> prompts = batch.prompts();
        if (prompts.isPresent()) {
            return batch(prompts.get(), sampling);
        }
        if (replay != null) {
            return replayed();
        }
        try (LoadedModel loaded = model.load(console, timing);
                RunTrace files = RunTrace.of(loaded.accelerator(), Optional.ofNullable(trace),
                        Optional.ofNullable(csv))) {
            int[] ids = loaded.tokenizer().encodeWithBos(prompt);
            Optional<PowerMeter> meter = loaded.accelerator() instanceof XrtAccelerator card
                    ? Optional.of(CardPower.meter(card)) : Optional.empty();
            try {
                Written written = record == null
                        ? generate(loaded, loaded.accelerator(), ids, tokens, sampling)
                        : recorded(loaded, ids, sampling);
                files.commit();
                report(loaded, written, meter.map(m -> new CardPower(m.stop())));
            } finally {
                meter.ifPresent(PowerMeter::close);
            }
        }
        return 0;
    }

    private int batch(Path file, Sampler.Options sampling) throws IOException {
        if (Stream.of(trace, csv, record, replay).anyMatch(Objects::nonNull)
                || !prompt.isEmpty()) {
            throw new IllegalArgumentException("--prompts has all prompts and runs on a device"
                    + " without a log: leave out -p, --trace, --csv, --record and --replay");
        }
        List<PromptFile.Prompt> prompts = PromptFile.read(file);
        try (LoadedModel loaded = model.load(console, batch.room())) {
            new BatchRun(loaded, console, file, prompts).run(batch.room(), tokens, sampling);
        }
        return 0;
    }

    /** What a model wrote: the figures, and the text after the prompt. */
    private record Written(GenerationResult result, String text) {}

    private void report(LoadedModel loaded, Written written, Optional<CardPower> power) {
        RunReport report = new RunReport(loaded, written.result());
        report.print(console);
        ObjectNode json = report.json(written.text());
        int steps = CardPower.tokens(written.result());
        power.ifPresent(p -> {
            console.note("%s", p.line(steps, OptionalDouble.empty()));
            p.put(json.putObject("power"), steps, OptionalDouble.empty());
        });
        console.object(json);
    }

    private Written recorded(LoadedModel loaded, int[] ids, Sampler.Options sampling)
            throws IOException {
        try (var log = new RecordingAccelerator(loaded.accelerator(), record,
                head(loaded, ids, sampling))) {
            Written written = generate(loaded, log, ids, tokens, sampling);
            log.end(written.result().tokens());
            return written;
        }
    }

    private RunLog.Head head(LoadedModel loaded, int[] ids, Sampler.Options sampling) {
        if (!loaded.accelerator().computes()) {
            throw new IllegalArgumentException("--record needs a device that computes; there is"
                    + " nothing to replay of XRT's no-op shim");
        }
        var device = loaded.accelerator();
        return new RunLog.Head(device.description(), model.device().toString(), loaded.header(),
                loaded.weights(), loaded.executable().map(Executable::board).orElse(""),
                new RunLog.Limits(loaded.header().config().vocabSize(), device.maxContext(),
                        device.maxTokens()), Arrays.stream(ids).boxed().toList(), tokens,
                sampling);
    }

    /** The recorded run again, without its device: the same tokens, or an error. */
    private int replayed() throws IOException {
        if (model.named() || record != null) {
            throw new IllegalArgumentException("--replay takes the model, the prompt and how to"
                    + " sample from the log: leave out MODEL and --record");
        }
        long start = System.nanoTime();
        RunLog log = RunLogReader.read(replay);
        var device = new ReplayAccelerator(log);
        RunLog.Head head = log.head();
        try (var loaded = new LoadedModel(head.header(), device, Optional.empty(), head.weights(),
                (System.nanoTime() - start) / 1e6, () -> { })) {
            int[] ids = head.prompt().stream().mapToInt(i -> i).toArray();
            Written written = generate(loaded, device, ids, head.maxNew(), head.sampling());
            int[] found = written.result().tokens();
            if (!Arrays.stream(found).boxed().toList().equals(log.tokens()) || !device.atEnd()) {
                throw new IllegalArgumentException(replay + ": the replay gives other tokens than"
                        + " the log has: it was recorded by another version of Skein");
            }
            report(loaded, written, Optional.empty());
        }
        return 0;
    }

    /** Writes text as it comes. */
    private Written generate(LoadedModel loaded, Accelerator device, int[] ids, int count,
            Sampler.Options sampling) {
        Tokenizer tokenizer = loaded.tokenizer();
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
        GenerationResult result = new Generation(device, new Sampler(sampling),
                tokenizer.endOfText()).run(ids, count, id -> {
                    String part = decoder.next(id);
                    text.append(part);
                    console.text(part);
                });
        String rest = decoder.finish();
        text.append(rest);
        console.text(rest + System.lineSeparator());
        return new Written(result, text.toString());
    }
}
