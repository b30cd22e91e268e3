package dev.skein.runtime.backend.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skein.compiler.attention.PolicyText;
import dev.skein.runtime.CacheOptions;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.SharedData;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained models with their cache in a drive: the very tokens, and the very bits. */
class CsdDeviceTest {
    private static final int TOKENS = 80;

    private static LoadedModel load(String model, String weights, DeviceKind device,
            String policy) throws IOException {
        String spec = model.contains(".") ? SharedData.file("models/" + model).toString() : model;
        var options = new LoadOptions(device, Timing.FUNCTIONAL, "u280", Optional.of(weights),
                OptionalInt.of(TOKENS + 16));
        return new Loader(options.with(new CacheOptions(
                Optional.of(policy).filter(p -> !p.isEmpty()).map(PolicyText::parse),
                Optional.empty())), _ -> { }).load(spec);
    }

    /** Greedy tokens and the bits of all logits. */
    private record Written(int[] tokens, float[][] logits) {
        static Written of(LoadedModel loaded) {
            try (loaded) {
                int[] ids = new int[TOKENS];
                float[][] logits = new float[TOKENS][];
                float[] last = loaded.accelerator().step(
                        loaded.tokenizer().encodeWithBos("Once upon a time")).logits();
                for (int i = 0; i < TOKENS; i++) {
                    logits[i] = last;
                    ids[i] = Step.likeliest(last);
                    last = loaded.accelerator().step(ids[i]).logits();
                }
                return new Written(ids, logits);
            }
        }

        void assertSame(Written other, String what) {
            assertArrayEquals(tokens, other.tokens, what);
            for (int i = 0; i < TOKENS; i++) {
                assertArrayEquals(logits[i], other.logits[i], what + ", token " + i);
            }
        }
    }

    private static Written written(String model, String weights, DeviceKind device,
            String policy) throws IOException {
        return Written.of(load(model, weights, device, policy));
    }

    @ParameterizedTest
    @CsvSource({"tales, f32, 32", "tales-sparse, w4@8:16/w8, 32", "stories260K-f32.gguf, f32, 8"})
    void keepsItsTokensInADrive(String model, String weights, int headDim) throws IOException {
        Written dense = written(model, weights, DeviceKind.REFERENCE, "dense");
        dense.assertSame(written(model, weights, DeviceKind.CSD, ""), "dense in the drive");
        dense.assertSame(written(model, weights, DeviceKind.CSD,
                "sparf:r=" + headDim + ",k=" + (TOKENS + 16)), "r = d, k = S");
        String rkl = "r=" + headDim / 4 + ",k=24,local=8";
        Written sparq = written(model, weights, DeviceKind.REFERENCE, "sparq:" + rkl);
        sparq.assertSame(written(model, weights, DeviceKind.CSD, "sparf:" + rkl), rkl);
        assertNotEquals(Arrays.hashCode(dense.logits[TOKENS - 1]),
                Arrays.hashCode(sparq.logits[TOKENS - 1]), rkl + " leaves nothing out");
        if (!weights.equals("f32")) {
            return;
        }
        // What the reference writes without any of this, binary32 in its cache.
        int[] binary32 = written(model, weights, DeviceKind.REFERENCE, "").tokens;
        assertEquals(-1, Arrays.mismatch(Arrays.copyOf(binary32, 40),
                Arrays.copyOf(dense.tokens, 40)), "binary16 changes the first 40 tokens");
    }
}
