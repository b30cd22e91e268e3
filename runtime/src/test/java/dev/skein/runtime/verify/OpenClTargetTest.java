package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.SharedData;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained models end to end on the first OpenCL device: the functional simulator's logits. */
class OpenClTargetTest {
    private static final int TOKENS = 40;

    private static void compare(String model, String weights, DeviceChoice device)
            throws IOException {
        if (OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
        TargetModels.compare(model, weights, device, TOKENS);
    }

    private static DeviceChoice first() {
        return DeviceChoice.parse("opencl:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"w8", "w4", "mixed3.5@8:16"})
    void stories(String weights) throws IOException {
        compare(SharedData.file("models/stories260K-f32.gguf").toString(), weights, first());
    }

    @ParameterizedTest
    @ValueSource(strings = {"w8", "w4"})
    void tales(String weights) throws IOException {
        compare(BundledModel.TALES, weights, first());
    }

    /** 8:16 sparse with mixed widths of 3.5 bits, as it was trained. */
    @Test
    void talesSparse() throws IOException {
        compare(BundledModel.TALES_SPARSE, null, first());
    }
}
