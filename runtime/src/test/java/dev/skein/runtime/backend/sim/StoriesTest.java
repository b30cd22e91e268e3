package dev.skein.runtime.backend.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.SharedData;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trained model on the simulated U280: its hidden size 172 is no multiple of 16. */
class StoriesTest {

    private static LoadedModel load(String weights, Timing timing) throws IOException {
        var options = new LoadOptions(DeviceKind.SIM, timing, "u280", Optional.of(weights),
                OptionalInt.empty());
        return new Loader(options, _ -> { }).load(
                SharedData.file("models/stories260K-f32.gguf").toString());
    }

    /** The bounds of the numeric contract: fp32 has 3.540. */
    @ParameterizedTest
    @CsvSource({"w8, 3.575", "w5, 3.68", "w4, 4.05"})
    void perplexityStaysWithinTheBoundOfItsFormat(String weights, double bound)
            throws IOException {
        String text = Files.readString(SharedData.file("text/tinystories_5.txt"));
        try (LoadedModel loaded = load(weights, Timing.FUNCTIONAL)) {
            List<int[]> documents = Perplexity.documents(text).stream()
                    .map(loaded.tokenizer()::encodeWithBos).toList();
            var result = new Perplexity(loaded.accelerator(), 256).run(documents, _ -> { });
            assertEquals(1802, result.tokens());
            assertTrue(result.perplexity() > 3.5 && result.perplexity() <= bound,
                    QuantScheme.parse(weights) + ": " + result.perplexity());
        }
    }

    @Test
    void functionalAndCycleModeGiveTheSameLogits() throws IOException {
        JsonNode golden = new ObjectMapper().readTree(
                SharedData.file("golden/stories260K.greedy.json").toFile()).get("tokens");
        try (LoadedModel functional = load("w4", Timing.FUNCTIONAL);
                LoadedModel cycle = load("w4", Timing.CYCLE)) {
            int[] prompt = {golden.get(0).asInt(), golden.get(1).asInt(), golden.get(2).asInt()};
            float[] logits = functional.accelerator().step(prompt).logits();
            assertArrayEquals(logits, cycle.accelerator().step(prompt).logits());
            for (int i = 0; i < 30; i++) {
                int token = Step.likeliest(logits);
                logits = functional.accelerator().step(token).logits();
                var step = cycle.accelerator().step(token);
                assertArrayEquals(logits, step.logits(), "token " + i);
                assertTrue(step.cost().orElseThrow().cycles() > 0);
            }
        }
    }
}
