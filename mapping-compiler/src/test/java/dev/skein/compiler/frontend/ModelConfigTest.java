package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a configuration refuses, and the frequencies of rotary embedding. */
class ModelConfigTest {

    private static final RopeScaling NONE = new RopeScaling.None();
    private static final Positions.Rope.Style HALF = Positions.Rope.Style.HALF;

    private static void refused(String message, Executable action) {
        String found = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(found.contains(message), found);
        assertEquals(1, found.lines().count());
    }

    private static ModelConfig model(int vocab, int hidden, int layers, int rotary,
                                     List<Integer> eos) {
        return new ModelConfig("m", Family.LLAMA, vocab, hidden, layers, 16,
                new ModelConfig.Attention(2, 1, 4, false, false, false),
                new ModelConfig.Mlp(8, Activation.SILU, true, false),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS, 1e-5f),
                new Positions.Rope(10_000, HALF, rotary, NONE), true,
                new ModelConfig.SpecialTokens(OptionalInt.of(1), eos));
    }

    @Test
    void refusesWhatNoModelHas() {
        assertEquals(16, model(8, 4, 1, 4, List.of()).maxPositions());
        refused("vocabulary size is 0", () -> model(0, 4, 1, 4, List.of()));
        refused("hidden size is 2000000", () -> model(8, 2_000_000, 1, 4, List.of()));
        refused("number of layers is 1025", () -> model(8, 4, 1025, 4, List.of()));
        refused("rotary dimension 6 exceeds the head dimension 4",
                () -> model(8, 4, 1, 6, List.of()));
        refused("id of a special token is 8", () -> model(8, 4, 1, 4, List.of(8)));
        refused("rotary dimension 3 is odd",
                () -> new Positions.Rope(10_000, HALF, 3, NONE));
        refused("rope theta is NaN", () -> new Positions.Rope(Double.NaN, HALF, 4, NONE));
        refused("rope_freqs.weight has 1 divisors, allowed are 2",
                () -> new Positions.Rope(10_000, HALF, 4, new RopeScaling.Divisors(List.of(1f))));
        refused("divisor is 0.0", () -> new RopeScaling.Divisors(List.of(0f)));
        refused("factor is 0.5", () -> new RopeScaling.Linear(0.5));
        refused("high_freq_factor 1.0 is not above", () -> new RopeScaling.Llama3(8, 1, 1, 8192));
        refused("key/value heads is 3",
                () -> new ModelConfig.Attention(2, 3, 4, false, false, false));
        refused("5 is no multiple of",
                () -> new ModelConfig.Attention(5, 2, 4, false, false, false));
        refused("intermediate size is -1",
                () -> new ModelConfig.Mlp(-1, Activation.RELU, false, true));
        refused("norm epsilon is 2.0",
                () -> new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS, 2));
        refused("position offset is -1", () -> new Positions.Learned(-1));
    }

    @Test
    void theLargestConfigurationCountsExactly() {
        ModelConfig config = new ModelConfig("m", Family.LLAMA, ModelConfig.MAX_VOCAB,
                ModelConfig.MAX_WIDTH, ModelConfig.MAX_LAYERS, ModelConfig.MAX_POSITIONS,
                new ModelConfig.Attention(ModelConfig.MAX_HEADS, ModelConfig.MAX_HEADS,
                        ModelConfig.MAX_HEAD_DIM, true, true, true),
                new ModelConfig.Mlp(ModelConfig.MAX_WIDTH, Activation.SILU, true, true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER, 0), new Positions.Learned(1024),
                false, ModelConfig.SpecialTokens.NONE);
        assertTrue(config.parameterCount() > 1L << 55);
    }

    @Test
    void frequencies() {
        double[] plain = new Positions.Rope(10_000, HALF, 8, NONE).frequencies();
        assertEquals(4, plain.length);
        for (int pair = 0; pair < 4; pair++) {
            assertEquals(Math.pow(10, -pair), plain[pair], 1e-15);
        }
        double[] linear = new Positions.Rope(10_000, HALF, 8, new RopeScaling.Linear(4))
                .frequencies();
        assertEquals(plain[2] / 4, linear[2]);
    }

    /** Llama 3.1: pairs of short waves stay, of long waves slow down 8 times. */
    @Test
    void llama3Frequencies() {
        RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
        double[] plain = new Positions.Rope(500_000, HALF, 128, NONE).frequencies();
        double[] scaled = new Positions.Rope(500_000, HALF, 128, scaling).frequencies();
        int kept = 0;
        int between = 0;
        List<Float> divisors = new ArrayList<>();
        for (int pair = 0; pair < 64; pair++) {
            double wave = 2 * Math.PI / plain[pair];
            double divisor = plain[pair] / scaled[pair];
            divisors.add((float) divisor);
            if (wave < 2048) {
                assertEquals(1, divisor, 1e-12);
                kept++;
            } else if (wave > 8192) {
                assertEquals(8, divisor, 1e-12);
            } else {
                assertTrue(divisor > 1 && divisor < 8);
                between++;
            }
        }
        // counted from the formula of the paper's code: 2 pi 500000^(i/64) < 2048 up to i = 28
        assertEquals(29, kept);
        assertEquals(6, between);
        double[] table = new Positions.Rope(500_000, HALF, 128,
                new RopeScaling.Divisors(divisors)).frequencies();
        for (int pair = 0; pair < 64; pair++) {
            assertEquals(scaled[pair], table[pair], 1e-6 * scaled[pair]);
        }
        assertEquals(divisors, new ArrayList<>(divisors.stream().sorted().toList()));
        assertEquals(8f, Collections.max(divisors));
    }
}
