package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.BatchRoom;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.batch.Batch;
import dev.skein.runtime.batch.BatchFigures;
import dev.skein.runtime.batch.BatchObserver;
import dev.skein.runtime.batch.BatchRequest;
import dev.skein.runtime.batch.BatchResult;
import dev.skein.runtime.batch.PromptFile;
import dev.skein.runtime.device.BatchAccelerator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * {@code skein run --prompts}: a model answers all prompts of a file at once. Answers are printed
 * in the order of the file, each as soon as those before it are there.
 */
final class BatchRun {
    private final LoadedModel loaded;
    private final Console console;
    private final Path file;
    private final List<PromptFile.Prompt> prompts;
    private final List<int[]> encoded = new ArrayList<>();
    private final List<BatchResult> results = new ArrayList<>();
    private final TreeMap<Integer, BatchResult> unprinted = new TreeMap<>();
    private final ArrayNode answers;
    private final ObjectNode json = Console.newObject();
    private int printed;

    BatchRun(LoadedModel loaded, Console console, Path file, List<PromptFile.Prompt> prompts) {
        this.loaded = loaded;
        this.console = console;
        this.file = file;
        this.prompts = prompts;
        answers = json.putArray("requests");
    }

    /** @param tokens most to generate of a prompt that does not say it */
    void run(BatchRoom room, int tokens, Sampler.Options sampling) {
        if (!(loaded.accelerator() instanceof BatchAccelerator device)) {
            throw new IllegalStateException(loaded.accelerator().description()
                    + " takes one sequence");
        }
        var batch = new Batch(device, Math.min(room.chunk(), device.limits().maxTokens()),
                loaded.tokenizer().endOfText(), System::nanoTime);
        for (PromptFile.Prompt prompt : prompts) {
            int[] ids = loaded.tokenizer().encodeWithBos(prompt.text());
            encoded.add(ids);
            try {
                batch.submit(new BatchRequest(ids, prompt.tokens().orElse(tokens), sampling));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": prompt " + encoded.size() + ": "
                        + e.getMessage(), e);
            }
        }
        long start = System.nanoTime();
        while (!batch.isIdle()) {
            batch.step(new BatchObserver() {
                @Override
                public void finished(BatchResult result) {
                    take(result);
                }
            });
        }
        report(BatchFigures.of(results, (System.nanoTime() - start) / 1e9, batch.totals()),
                device, room);
    }

    private void take(BatchResult result) {
        results.add(result);
        unprinted.put(result.id(), result);
        while (unprinted.containsKey(printed)) {
            print(unprinted.remove(printed++));
        }
    }

    private void print(BatchResult result) {
        Tokenizer.Decoder decoder = loaded.tokenizer().streaming();
        var prompt = new StringBuilder();
        for (int id : encoded.get(result.id())) {
            prompt.append(decoder.next(id));
        }
        var text = new StringBuilder();
        for (int id : result.generated()) {
            text.append(decoder.next(id));
        }
        text.append(decoder.finish());
        console.result("%d: %s%s", result.id() + 1, prompt, text);
        ObjectNode answer = answers.addObject();
        answer.put("prompt", prompts.get(result.id()).text());
        answer.put("text", text.toString());
        ArrayNode ids = answer.putArray("tokens");
        for (int id : result.generated()) {
            ids.add(id);
        }
        answer.put("promptTokens", result.promptLength());
        answer.put("firstTokenMillis", result.firstMillis());
        answer.put("perTokenMillis", result.perTokenMillis());
        answer.put("preemptions", result.preemptions());
    }

    private void report(BatchFigures figures, BatchAccelerator device, BatchRoom room) {
        int pages = device.limits().pages();
        console.note("");
        console.note("load        %10.1f ms  %s", loaded.loadMillis(), device.description());
        print(console::note, figures);
        console.note("pages       %10d of %d in use at most; %d preemptions, %,d tokens computed",
                figures.totals().mostPages(), pages, figures.totals().preemptions(),
                figures.totals().computed());
        console.note("all prompts were there from the start, at most %d ran at once; times are of"
                + " this machine", room.sequences());
        json.put("device", device.description());
        json.put("weights", loaded.weights());
        json.put("loadMillis", loaded.loadMillis());
        json.put("batch", room.sequences());
        json.put("chunk", Math.min(room.chunk(), device.limits().maxTokens()));
        json.put("pages", pages);
        put(json, figures);
        console.object(json);
    }

    /** What every report of a batch has. */
    static void put(ObjectNode json, BatchFigures figures) {
        json.put("tokensPerSecond", figures.tokensPerSecond());
        json.put("generatedTokens", figures.generatedTokens());
        json.put("seconds", figures.seconds());
        json.put("steps", figures.totals().steps());
        times(json.putObject("firstTokenMillis"), figures.first());
        times(json.putObject("perTokenMillis"), figures.perToken());
        json.put("preemptions", figures.totals().preemptions());
        json.put("peakPages", figures.totals().mostPages());
        json.put("computedTokens", figures.totals().computed());
    }

    private static void times(ObjectNode node, BatchFigures.Distribution times) {
        node.put("median", times.medianMillis());
        node.put("p99", times.p99Millis());
    }

    /** Where lines go. */
    interface Line {
        void print(String format, Object... args);
    }

    /** How fast it was. */
    static void print(Line line, BatchFigures figures) {
        line.print("throughput  %10.1f tok/s generated: %,d tokens, requests %,d, prompt"
                + " tokens %,d, %.3f s, %,d steps", figures.tokensPerSecond(),
                figures.generatedTokens(), figures.requests(), figures.promptTokens(),
                figures.seconds(), figures.totals().steps());
        times(line, "first token", figures.first());
        times(line, "per token", figures.perToken());
    }

    private static void times(Line line, String what, BatchFigures.Distribution times) {
        line.print("%-11s %10.1f ms median, %.1f ms p99", what, times.medianMillis(),
                times.p99Millis());
    }
}
