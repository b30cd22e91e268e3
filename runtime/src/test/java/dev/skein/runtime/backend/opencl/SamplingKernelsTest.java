package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.runtime.backend.gpu.Rig;
import dev.skein.runtime.device.Choice;
import dev.skein.runtime.device.RandomChoices;
import dev.skein.runtime.device.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sampling on the device takes the token that the host would take. */
class SamplingKernelsTest extends KernelsTest {
    private static final long SEED = 20261129;

    /** Logits of a group. */
    private static final int PART = 1024;

    /** Sequences of a step. */
    private static final int ROWS = 3;

    private static int[] found(float[] logits, int vocab, int items) {
        int parts = Math.ceilDiv(vocab, PART);
        float[] values = new float[ROWS * parts];
        int[] ids = new int[ROWS * parts];
        rig.run("largest_of_part", new NdRange(2, (long) parts * items, ROWS, items, 1), logits,
                vocab, values, ids, new Rig.Local(Float.BYTES * items),
                new Rig.Local(Integer.BYTES * items));
        int[] tokens = new int[ROWS];
        rig.run("largest_of_parts", NdRange.of(ROWS, 1), values, ids, parts, tokens);
        return tokens;
    }

    private static void check(float[] logits, int vocab, String what) {
        int[] expected = new int[ROWS];
        Arrays.setAll(expected, r -> Step.likeliest(
                Arrays.copyOfRange(logits, r * vocab, (r + 1) * vocab)));
        for (int items : new int[] {1, 32}) {
            assertEquals(Arrays.toString(expected), Arrays.toString(found(logits, vocab, items)),
                    what + " of " + vocab + ", groups of " + items + ", seed " + SEED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 172, 1024, 1025, 4097, 32000})
    void theFirstOfTheLargest(int vocab) {
        var random = new Random(SEED + vocab);
        check(Rig.floats(ROWS * vocab, _ -> (float) random.nextGaussian()), vocab, "all kinds");
        check(Rig.floats(ROWS * vocab, _ -> -1e30f * random.nextFloat()), vocab, "negative ones");
        check(Rig.floats(ROWS * vocab, _ -> random.nextInt(3)), vocab, "many ties");
        check(Rig.floats(ROWS * vocab, _ -> random.nextBoolean() ? 0f : -0f), vocab,
                "zeros of both signs");
        check(Rig.floats(ROWS * vocab, _ -> 7f), vocab, "equal ones");
        for (int last = 0; last < 3; last++) {
            float[] two = new float[ROWS * vocab];
            for (int r = 0; r < ROWS; r++) {
                two[r * vocab + random.nextInt(vocab)] = 1f;
                two[r * vocab + vocab - 1] = 1f;
            }
            check(two, vocab, "two equal peaks");
        }
    }

    private static int[] chosen(float[] logits, int vocab, List<Choice> choices, int items) {
        int[] words = new int[choices.size() * KernelPlan.Sampling.CHOICE_WORDS];
        for (int r = 0; r < choices.size(); r++) {
            Choice c = choices.get(r);
            int[] own = {Float.floatToRawIntBits(c.factor()), c.topK(), (int) c.topP(),
                (int) c.random(), (int) (c.random() >>> 32)};
            System.arraycopy(own, 0, words, r * own.length, own.length);
        }
        int[] tokens = new int[choices.size()];
        rig.run("choose_token", NdRange.of((long) choices.size() * items, items), logits, vocab,
                words, tokens, new Rig.Local(16 * Long.BYTES * items));
        return tokens;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 172, 4097, 32000})
    void choosesWhatTheHostChooses(int vocab) {
        var random = new Random(SEED + vocab);
        int rounds = vocab > 4000 ? 2 : 12;
        for (int round = 0; round < rounds; round++) {
            for (int kind = 0; kind < RandomChoices.KINDS; kind++) {
                List<Choice> choices = new ArrayList<>();
                float[] logits = new float[ROWS * vocab];
                int[] expected = new int[ROWS];
                for (int r = 0; r < ROWS; r++) {
                    float[] row = RandomChoices.logits(random, vocab, kind);
                    choices.add(r == 2 ? Choice.GREEDY : RandomChoices.choice(random, vocab));
                    System.arraycopy(row, 0, logits, r * vocab, vocab);
                    expected[r] = choices.get(r).of(row);
                }
                for (int items : new int[] {1, 3, 128}) {
                    assertArrayEquals(expected, chosen(logits, vocab, choices, items), "vocab "
                            + vocab + ", kind " + kind + ", groups of " + items + ", seed "
                            + (SEED + vocab) + ": " + choices);
                }
            }
        }
    }
}
