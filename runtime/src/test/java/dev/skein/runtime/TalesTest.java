package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bundled model against what the scripts that trained it computed in binary64. */
class TalesTest {
    private static final Path SOURCES = Path.of("src/main/model/tales");

    private static BundledModel bundled;
    private static JsonNode golden;

    @BeforeAll
    static void extract() throws IOException {
        golden = new ObjectMapper().readTree(SOURCES.resolve("golden.json").toFile());
        bundled = BundledModel.extract();
    }

    @AfterAll
    static void remove() throws IOException {
        bundled.close();
    }

    private static LoadedModel load(DeviceKind device, String weights) throws IOException {
        return new Loader(new LoadOptions(device, Timing.FUNCTIONAL, "u280", Optional.of(weights),
                OptionalInt.empty()), _ -> { }).load(bundled.folder().toString());
    }

    private static int[] ints(JsonNode array) {
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
                assertEquals(top.get("ids").get(0).asInt(), Sampler.argmax(logits));
                for (int j = 0; j < top.get("ids").size(); j++) {
                    assertEquals(top.get("values").get(j).asDouble(),
                            logits[top.get("ids").get(j).asInt()], 1e-4, "position " + i);
                }
            }
        }
    }

    @Test
    void perplexityIsTheScriptsAndFourBitsCostLittle() throws IOException {
        double expected = golden.get("perplexity").get("value").asDouble();
        double exact = perplexity(DeviceKind.REFERENCE, "f32");
        assertEquals(expected, exact, 0.001 * expected);
        double w4 = perplexity(DeviceKind.SIM, "w4");
        assertTrue(w4 < 1.05 * exact, "W4A8 " + w4 + ", binary32 " + exact);
        double w8 = perplexity(DeviceKind.SIM, "w8");
        assertTrue(w8 < 1.01 * exact, "W8A8 " + w8 + ", binary32 " + exact);
    }

    private static double perplexity(DeviceKind device, String weights) throws IOException {
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
