package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DotTest {
    @Test
    void resultDoesNotDependOnTheVectorWidth() {
        Random random = new Random(7);
        for (int trial = 0; trial < 200; trial++) {
            int n = 32 * (1 + random.nextInt(20));
            float[] a = gaussian(random, n + 3);
            float[] b = gaussian(random, n + 5);
            assertEquals(Dot.wide(a, 3, b, 5, n), Dot.narrow(a, 3, b, 5, n), "seed 7 trial "
                    + trial);
        }
    }

    @Test
    void sumIsCloseToTheExactOne() {
        Random random = new Random(8);
        for (int n = 0; n < 300; n++) {
            float[] a = gaussian(random, n);
            float[] b = gaussian(random, n);
            double exact = 0;
            double magnitude = 0;
            for (int i = 0; i < n; i++) {
                exact += (double) a[i] * b[i];
                magnitude += Math.abs((double) a[i] * b[i]);
            }
            // At most n / 32 roundings in a lane, then two more and the last.
            double bound = magnitude * (n / 32 + 4) * 0x1p-24;
            assertEquals(exact, Dot.of(a, 0, b, 0, n), bound, "seed 8 n " + n);
        }
    }

    private static float[] gaussian(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
