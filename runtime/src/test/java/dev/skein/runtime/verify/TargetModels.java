package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Models end to end on a target: the functional simulator's logits. */
final class TargetModels {
    private static final String TEXT = "Once upon a time, there was a little girl who";

    private TargetModels() {
    }

    /**
     * Compares a text.
     *
     * @param weights scheme, or null for that of the model
     * @param tokens that follow it
     */
    static void compare(String model, String weights, DeviceChoice device, int tokens)
            throws IOException {
        try (LoadedModel loaded = load(model, weights, DeviceChoice.of(DeviceKind.SIM))) {
            var subject = new Target.Subject(loaded.executable().orElseThrow(),
                    ((SimAccelerator) loaded.accelerator()).board(),
                    on -> load(model, weights, on));
            Target target = Targets.of(List.of(device.toString())).getFirst();
            int[] prompt = loaded.tokenizer().encodeWithBos(TEXT);
            try (var execution = target.open(subject).orElseThrow(IOException::new)) {
                Comparison c = new Verification(subject.executable(), subject.board(), prompt,
                        tokens).run(target.name(), execution.accelerator());
                assertEquals(Optional.empty(), c.first());
                assertEquals(prompt.length + tokens, c.tokens());
                assertEquals(1 + tokens, c.steps());
            }
        }
    }

    /** A model on a device. */
    static LoadedModel load(String model, String weights, DeviceChoice device)
            throws IOException {
        return new Loader(new LoadOptions(DeviceKind.OPENCL, Timing.FUNCTIONAL, "u280",
                Optional.ofNullable(weights), OptionalInt.empty()).with(device), _ -> { })
                .load(model);
    }
}
