package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.Answer;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.SharedData;
import dev.skein.runtime.backend.cuda.StandIn;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

/** Trained models in fast mode: within the tolerance of the reference, text by text. */
class FastTargetTest {
    private static final int TOKENS = 60;
    /** The stand-in is slow. */
    private static final int CUDA_TOKENS = 8;
    private static final String TEXT = "Once upon a time, there was a little girl who";

    /** Of models that were trained with the weights they have; docs/numbers.md. */
    private static final Tolerance TRAINED = new Tolerance(0x1p-10, 0x1p-20);

    /** Of the mean negative log-likelihood, nats. */
    private static final double PERPLEXITY_NATS = 1e-4;

    private static LoadedModel load(String model, String weights, DeviceKind kind,
            Precision precision) throws IOException {
        if (kind == DeviceKind.OPENCL
                && OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
        return new Loader(new LoadOptions(kind, Timing.FUNCTIONAL, "u280",
                Optional.of(weights), OptionalInt.empty())
                .with(DeviceChoice.of(kind).with(precision)), _ -> { }).load(model);
    }

    private static void compare(String model, String weights, Tolerance tolerance)
            throws IOException {
        for (Precision precision : List.of(Precision.FAST, Precision.FAST_INT8)) {
            compare(model, weights, DeviceChoice.of(DeviceKind.OPENCL).with(precision), TOKENS,
                    tolerance);
        }
    }

    private static void compare(String model, String weights, DeviceChoice device, int tokens,
            Tolerance tolerance) throws IOException {
        try (LoadedModel reference = load(model, weights, DeviceKind.REFERENCE,
                        device.precision());
                LoadedModel found = load(model, weights, device.kind(), device.precision())) {
            Comparison c = new SideBySide(reference.accelerator(), found.accelerator(),
                    Optional.of(tolerance)).run(device.toString(),
                            found.tokenizer().encodeWithBos(TEXT), tokens);
            assertEquals(Optional.empty(), c.first(), c.farthest().toString());
            assertEquals(1 + tokens, c.steps());
            assertTrue(c.farthest().logits() > 0, "no difference at all");
        }
    }

    @ParameterizedTest
    @CsvSource({"tales, w8", "tales, w4g32", "tales, w2", "tales-sparse, mixed3.5@8:16"})
    void bundled(String model, String weights) throws IOException {
        compare(model.equals("tales") ? BundledModel.TALES : BundledModel.TALES_SPARSE, weights,
                TRAINED);
    }

    /** The same kernels through CUDA C++, on the stand-in for its driver. */
    @ParameterizedTest
    @CsvSource({"tales, w8, FAST", "tales, w4g32, FAST", "tales-sparse, mixed3.5@8:16, FAST",
        "tales, w8, FAST_INT8"})
    void bundledOnCuda(String model, String weights, Precision precision) throws Exception {
        StandIn.use();
        compare(model.equals("tales") ? BundledModel.TALES : BundledModel.TALES_SPARSE, weights,
                DeviceChoice.of(DeviceKind.CUDA).with(precision), CUDA_TOKENS, TRAINED);
    }

    /** Its keys are large, so that their rounding to binary16 shows most. */
    @ParameterizedTest
    @CsvSource({"w8", "w4", "mixed3.5@8:16"})
    void stories(String weights) throws IOException {
        compare(SharedData.file("models/stories260K-f32.gguf").toString(), weights,
                Tolerance.FAST);
    }

    /** Five stories, some of them longer than a part of attention. */
    @Test
    void perplexity() throws IOException {
        String text = Files.readString(SharedData.file("text/tinystories_5.txt"));
        double[] nats = new double[2];
        for (DeviceKind kind : List.of(DeviceKind.REFERENCE, DeviceKind.OPENCL)) {
            try (LoadedModel loaded = load(BundledModel.TALES, "w4", kind, Precision.FAST)) {
                List<int[]> ids = Perplexity.documents(text).stream()
                        .map(d -> Perplexity.withBos(loaded.tokenizer(), d)).toList();
                nats[kind == DeviceKind.OPENCL ? 1 : 0] = Math.log(new Perplexity(
                        loaded.accelerator(), loaded.accelerator().maxContext() / 2)
                        .run(ids, _ -> { }).perplexity());
            }
        }
        assertEquals(nats[0], nats[1], PERPLEXITY_NATS);
    }
}
