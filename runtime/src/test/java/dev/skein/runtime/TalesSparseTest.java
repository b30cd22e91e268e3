package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sparse bundled model, with the weights, masks and spans that it was trained with. */
class TalesSparseTest extends TalesContract {
    private static final QuantScheme SCHEME = QuantScheme.parse("mixed3.5g16@8:16/w4g16");

    TalesSparseTest() throws IOException {
        super(BundledModel.TALES_SPARSE, "golden-sparse.json");
    }

    @Test
    void isSparseAndMixed() throws IOException {
        try (Model model = Model.open(BundledModel.resolve(BundledModel.TALES_SPARSE))) {
            assertEquals(Optional.of(SCHEME), model.scheme());
            var up = model.weights().quantised(new WeightRef("layer.1.up.weight", 512, 192),
                    SCHEME.body(), 0, 512);
            for (int at = 0; at < up.values().length; at += 16) {
                int kept = 0;
                for (int i = at; i < at + 16; i++) {
                    kept += up.values()[i] != 0 ? 1 : 0;
                }
                assertTrue(kept <= 8, "group " + at / 16 + " keeps " + kept);
            }
            // What was trained is what is stored: the same bytes again.
            var layout = new PackedMatrix(SCHEME.body(), 512, 192);
            byte[] packed = layout.pack(up);
            byte[] stored = new byte[packed.length];
            model.source().orElseThrow().readBytes("layer.1.up.weight.skein", 0, stored, 0,
                    stored.length);
            assertArrayEquals(stored, packed);
            assertTrue(model.config().attentionSpans().stream().flatMap(s -> s.heads().stream())
                    .noneMatch(span -> span.isDense()), "a head with dense attention");
        }
    }

    @Test
    void perplexityStaysCloseToTheDenseParentsOnTheDevice() throws IOException {
        double sparse = perplexity(DeviceKind.SIM, null);
        double dense = new TalesTest().exactPerplexity();
        assertTrue(sparse < 1.05 * dense, "sparse " + sparse + ", dense " + dense);
        assertEquals(exactPerplexity(), sparse, 0.01 * sparse);
    }

    @Test
    void cycleModeWritesTheSameText() throws IOException {
        List<int[]> texts = List.of(generate(Timing.CYCLE), generate(Timing.FUNCTIONAL));
        assertArrayEquals(texts.get(1), texts.get(0));
    }

    private static int[] generate(Timing timing) throws IOException {
        try (LoadedModel loaded = new Loader(new LoadOptions(DeviceKind.SIM, timing, "u280",
                Optional.empty(), OptionalInt.empty()), _ -> { })
                .load(BundledModel.TALES_SPARSE)) {
            assertEquals(SCHEME.toString(), loaded.weights());
            int[] prompt = loaded.tokenizer().encodeWithBos("Once upon a time");
            return new Generation(loaded.accelerator(), new Sampler(Sampler.Options.GREEDY),
                    Set.of()).run(prompt, 150, _ -> { }).tokens();
        }
    }
}
