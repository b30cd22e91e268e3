package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.ffi.opencl.NdRange;
import dev.skein.runtime.backend.gpu.Rig;
import dev.skein.runtime.device.Step;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Greedy sampling on the device takes the token that the host would take. */
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
}
