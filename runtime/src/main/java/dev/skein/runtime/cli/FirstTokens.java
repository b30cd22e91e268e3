package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.hls.board.Board;
import dev.skein.runtime.Generation;
import dev.skein.runtime.GenerationResult;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimulatedCards;
import dev.skein.runtime.backend.xrt.PowerMeter;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.measure.Deviations;
import dev.skein.runtime.replay.RecordingAccelerator;
import dev.skein.runtime.replay.RunLog;
import dev.skein.runtime.replay.RunLogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** What a deployed model does first: a self-test, a few tokens, and how long they took. */
record FirstTokens(Executable executable, Board board, Accelerator device, Console console,
        boolean parts) {
    private static final String PROMPT = "Once upon a time";

    void run(int count, ObjectNode json) throws IOException {
        int[] prompt = executable.header().tokenizer().map(t -> t.encodeWithBos(PROMPT))
                .orElse(new int[] {1});
        prompt = Arrays.copyOf(prompt, Math.min(prompt.length, device.maxContext()));
        json.put("computes", device.computes());
        if (device.computes()) {
            selfTest(prompt, json);
        }
        Path log = Files.createTempFile("skein", ".runlog");
        try {
            if (device instanceof XrtAccelerator card) {
                onOne(card, prompt, count, log, json);
            } else {
                generate(prompt, count, log, json);
                if (device.computes()) {
                    onSeveral(RunLogReader.read(log), json);
                }
            }
        } finally {
            Files.delete(log);
        }
    }

    /** A card whose step is a program of the simulated board: predicted beside measured. */
    private void onOne(XrtAccelerator card, int[] prompt, int count, Path log, ObjectNode json)
            throws IOException {
        int passed;
        CardPower power;
        try (PowerMeter meter = CardPower.meter(card)) {
            passed = CardPower.tokens(generate(prompt, count, log, json));
            power = new CardPower(meter.stop());
        }
        if (!card.computes()) {
            return;
        }
        Deviations deviations = Deviations.of(RunLogReader.read(log), executable, board);
        new DeviationTable(deviations).print(console, json);
        var predicted = OptionalDouble.of(deviations.predictedJoules());
        console.result("%s", power.line(passed, predicted));
        power.put(json.putObject("power"), passed, predicted);
        if (parts && card.position() < card.maxContext()) {
            PartTable.measure(executable, board, card, prompt[0]).print(console, json);
        }
    }

    private GenerationResult generate(int[] prompt, int count, Path log, ObjectNode json)
            throws IOException {
        GenerationResult result = generate(prompt, count, log);
        if (device.computes()) {
            String text = text(result);
            console.result("first tokens: %s", text);
            json.put("text", text);
        } else {
            motions(RunLogReader.read(log).steps(), json);
        }
        return result;
    }

    /** Nothing of a card can be told: no tokens, no times but the host's own. */
    private void motions(List<RunLog.LoggedStep> steps, ObjectNode json) {
        double millis = steps.stream().mapToLong(RunLog.LoggedStep::wallNanos).sum() / 1e6
                / steps.size();
        console.result("%d steps were started, waited for and read back; kernels compute nothing"
                + " in XRT's no-op shim, so there are no tokens, no self-test and no times of a"
                + " card", steps.size());
        console.result("%.3f ms a step for the host and XRT's calls (host clock, mean)", millis);
        json.put("steps", steps.size()).put("hostMillisPerStep", millis);
    }

    /** Several cards: predicted where the board's file says how they are reached. */
    private void onSeveral(RunLog log, ObjectNode json) {
        if (board.sys().cards().isPresent()) {
            new DeviationTable(Deviations.of(log, executable, board)).print(console, json);
            return;
        }
        List<RunLog.LoggedStep> steps = log.steps();
        double millis = steps.stream().mapToLong(RunLog.LoggedStep::wallNanos).sum() / 1e6
                / steps.size();
        console.result("%.3f ms a step on %d cards (host clock, mean of %d); nothing is predicted,"
                + " as board %s has no keys cards.*", millis, executable.cards(), steps.size(),
                board.name());
        json.put("steps", steps.size()).put("hostMillisPerStep", millis);
    }

    private Accelerator simulated() {
        return SimulatedCards.of(executable, board, SimAccelerator.Timing.FUNCTIONAL);
    }

    /** A step of the prompt and one of a token: logits as on the functional simulator, each bit. */
    private void selfTest(int[] prompt, ObjectNode json) {
        try (Accelerator simulated = simulated()) {
            int[] first = Arrays.copyOf(prompt, Math.min(prompt.length, device.maxTokens()));
            for (int[] tokens : List.of(first, new int[] {prompt[0]})) {
                if (simulated.position() + tokens.length > device.maxContext()) {
                    continue;
                }
                float[] needed = simulated.step(tokens).logits();
                float[] found = device.step(tokens).logits();
                requireEqual(needed, found, tokens.length);
            }
        }
        device.reset();
        console.result("self-test: the logits of two steps equal the functional simulator's, bit"
                + " for bit");
        json.put("selfTest", "equal");
    }

    private static void requireEqual(float[] needed, float[] found, int tokens) {
        for (int i = 0; i < needed.length; i++) {
            if (Float.floatToRawIntBits(needed[i]) != Float.floatToRawIntBits(found[i])) {
                throw new IllegalArgumentException("self-test: logit " + i + " of a step of "
                        + tokens + " tokens is " + found[i] + " on the card, " + needed[i]
                        + " on the functional simulator; run 'skein verify' with the same model to"
                        + " see whether the kernels in C-simulation agree");
            }
        }
    }

    private GenerationResult generate(int[] prompt, int count, Path log) throws IOException {
        var head = new RunLog.Head(device.description(), "xrt", executable.header(),
                executable.weights(), board.name(), new RunLog.Limits(
                        executable.config().vocabSize(), device.maxContext(), device.maxTokens()),
                Arrays.stream(prompt).boxed().toList(), count, Sampler.Options.GREEDY);
        try (var recorder = new RecordingAccelerator(device, log, head)) {
            Set<Integer> end = executable.header().tokenizer().map(Tokenizer::endOfText)
                    .orElse(Set.of());
            GenerationResult result = new Generation(recorder,
                    new Sampler(Sampler.Options.GREEDY), end).run(prompt, count, _ -> { });
            recorder.end(result.tokens());
            return result;
        }
    }

    private String text(GenerationResult result) {
        return executable.header().tokenizer().map(tokenizer -> {
            Tokenizer.Decoder decoder = tokenizer.streaming();
            var text = new StringBuilder();
            for (int id : result.tokens()) {
                text.append(decoder.next(id));
            }
            return text + decoder.finish();
        }).orElseGet(() -> {
            var ids = new ArrayList<Integer>();
            Arrays.stream(result.tokens()).forEach(ids::add);
            return ids.toString();
        });
    }
}
