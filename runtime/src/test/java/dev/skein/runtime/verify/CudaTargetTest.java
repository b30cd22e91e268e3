package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.ffi.cuda.Binding;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.Generation;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.cuda.StandIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trained models end to end on the stand-in for CUDA, which runs the kernels on the processor: the
 * functional simulator's logits.
 */
class CudaTargetTest {
    private static final int TOKENS = 8;

    private static void compare(String model, String weights, DeviceChoice device)
            throws IOException {
        TargetModels.compare(model, weights, device, TOKENS);
    }

    @BeforeAll
    static void standIn() throws Exception {
        StandIn.use();
    }

    @ParameterizedTest
    @ValueSource(strings = {"w8", "w4"})
    void tales(String weights) throws IOException {
        compare(BundledModel.TALES, weights, DeviceChoice.parse("cuda:0"));
    }

    /** The same calls through a binding that shares nothing with ours. */
    @Test
    void throughJcuda() throws IOException {
        System.setProperty(Binding.PROPERTY, "jcuda");
        try {
            compare(BundledModel.TALES, "w4", DeviceChoice.parse("cuda:0"));
        } finally {
            System.clearProperty(Binding.PROPERTY);
        }
    }

    /** Tokens that the device chooses are those that the host would choose. */
    @Test
    void samples() throws IOException {
        List<List<Integer>> texts = new ArrayList<>();
        for (String device : List.of("sim", "cuda:0")) {
            try (LoadedModel loaded = TargetModels.load(BundledModel.TALES, "w8",
                    DeviceChoice.parse(device))) {
                var options = new Sampler.Options(1.5, 200, 0.95, 7);
                int[] tokens = new Generation(loaded.accelerator(), new Sampler(options), Set.of())
                        .run(loaded.tokenizer().encodeWithBos("Once"), 16, _ -> { }).tokens();
                texts.add(Arrays.stream(tokens).boxed().toList());
            }
        }
        assertEquals(texts.getFirst(), texts.getLast());
        assertTrue(texts.getFirst().size() > 16, texts.toString());
    }

    /** 8:16 sparse with mixed widths of 3.5 bits, as it was trained. */
    @Test
    void talesSparse() throws IOException {
        compare(BundledModel.TALES_SPARSE, null, DeviceChoice.parse("cuda:0"));
    }
}
