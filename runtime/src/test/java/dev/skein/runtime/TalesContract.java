package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** A bundled model against what the scripts that trained it computed in binary64. */
abstract class TalesContract {
    private static final Path SOURCES = Path.of("src/main/model/tales");

    private final String model;
    private final JsonNode golden;

    TalesContract(String model, String golden) throws IOException {
        this.model = model;
        this.golden = new ObjectMapper().readTree(SOURCES.resolve(golden).toFile());
    }

    /** The perplexity of {@code valid.txt} in binary64. */
    double exactPerplexity() {
        return golden.get("perplexity").get("value").asDouble();
    }

    private LoadedModel load(DeviceKind device, String weights) throws IOException {
        return new Loader(new LoadOptions(device, Timing.FUNCTIONAL, "u280",
                Optional.ofNullable(weights), OptionalInt.empty()), _ -> { }).load(model);
    }

    static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt)
                .toArray();
    }

    @Test
    void tokenizerGivesTheTrainingIds() throws IOException {
        try (LoadedModel loaded = load(DeviceKind.REFERENCE, "f32")) {
            for (JsonNode row : golden.get("tokenized")) {
                String text = row.get("text").asText();
                assertArrayEquals(ints(row.get("ids")), loaded.tokenizer().encode(text), text);
                assertEquals(text, loaded.tokenizer().decode(ints(row.get("ids"))));
            }
        }
    }

    @Test
    void greedyTextIsTheTrainingScriptsText() throws IOException {
        try (LoadedModel loaded = load(DeviceKind.REFERENCE, "f32")) {
            int[] prompt = loaded.tokenizer().encodeWithBos(golden.get("prompt").asText());
            assertArrayEquals(ints(golden.get("prompt_ids")), prompt);
            int[] greedy = ints(golden.get("greedy_ids"));
            var result = new Generation(loaded.accelerator(),
                    new Sampler(Sampler.Options.GREEDY), loaded.tokenizer().endOfText())
                    .run(prompt, greedy.length, _ -> { });
            assertArrayEquals(greedy, Arrays.copyOfRange(result.tokens(), prompt.length,
                    result.tokens().length));
        }
    }

    @Test
    void logitsAreThoseOfBinary64() throws IOException {
        int[] prompt = ints(golden.get("prompt_ids"));
        int[] greedy = ints(golden.get("greedy_ids"));
        try (LoadedModel loaded = load(DeviceKind.REFERENCE, "f32")) {
            Accelerator device = loaded.accelerator();
            for (int i = 0; i < golden.get("logits").size(); i++) {
                float[] logits = device.step(i < prompt.length ? prompt[i]
                        : greedy[i - prompt.length]).logits();
                JsonNode top = golden.get("logits").get(i);
                assertEquals(top.get("ids").get(0).asInt(), Step.likeliest(logits));
                for (int j = 0; j < top.get("ids").size(); j++) {
                    assertEquals(top.get("values").get(j).asDouble(),
                            logits[top.get("ids").get(j).asInt()], 1e-4, "position " + i);
                }
            }
        }
    }

    @Test
    void perplexityIsTheScripts() throws IOException {
        double expected = exactPerplexity();
        assertEquals(expected, perplexity(DeviceKind.REFERENCE, "f32"), 0.001 * expected);
    }

    /** On a device with a scheme; null for the model's own. */
    double perplexity(DeviceKind device, String weights) throws IOException {
        String text = Files.readString(SOURCES.resolve("valid.txt"));
        try (LoadedModel loaded = load(device, weights)) {
            List<int[]> documents = Perplexity.documents(text).stream()
                    .map(loaded.tokenizer()::encodeWithBos).toList();
            var result = new Perplexity(loaded.accelerator(), 256).run(documents, _ -> { });
            assertEquals(golden.get("perplexity").get("tokens").asInt(), result.tokens());
            return result.perplexity();
        }
    }
}
