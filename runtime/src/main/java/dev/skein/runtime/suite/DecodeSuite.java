package dev.skein.runtime.suite;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.DeviceException;
import dev.skein.runtime.verify.Comparison;
import dev.skein.runtime.verify.Verification;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Measures a GPU in one run: {@code skein bench --suite decode}. */
public final class DecodeSuite {
    private static final String BOARD = "u280";
    private static final String PROMPT = "Once upon a time";
    private static final int TOKENS = 8;

    /** A model to be compared; weights as it has them if none are named. */
    private record Subject(String model, Optional<String> weights) {}

    private static final List<Subject> SUBJECTS = List.of(
            new Subject(BundledModel.TALES, Optional.of("w4")),
            new Subject(BundledModel.TALES, Optional.of("w8")),
            new Subject(BundledModel.TALES_SPARSE, Optional.empty()));

    private DecodeSuite() {
    }

    /**
     * Runs it. What the device cannot do becomes a row that says why.
     *
     * @param log takes remarks on the work, one line each
     * @throws DeviceException if there is no such device
     */
    public static SuiteResult run(SuiteOptions options, Consumer<String> log) throws IOException {
        var record = new Recording(options, SuiteDevice.of(options.device()), log);
        Set<SuitePart> parts = options.parts();
        if (parts.contains(SuitePart.SPEED)) {
            record.attempt(SuitePart.SPEED, "micro-benchmarks", () -> speed(record));
        }
        try (Model model = Model.open(BundledModel.resolve(options.modelName()))) {
            if (parts.contains(SuitePart.GEMV)) {
                new MatrixPart(record, model.config()).run();
            }
            if (parts.contains(SuitePart.DECODE) || parts.contains(SuitePart.PREFILL)) {
                record.attempt(SuitePart.DECODE, "load", () -> new StepPart(record, model).run());
            }
            if (parts.contains(SuitePart.BATCH)) {
                record.attempt(SuitePart.BATCH, options.scale().batch() + " sequences",
                        () -> new StepPart(record, model).batch());
            }
        }
        if (parts.contains(SuitePart.EXACT)) {
            for (Subject subject : SUBJECTS) {
                String name = subject.model + subject.weights.map(w -> " " + w).orElse("");
                record.attempt(SuitePart.EXACT, name, () -> compare(record, name, subject));
            }
        }
        return record.result();
    }

    /**
     * What a device calls itself.
     *
     * @throws DeviceException if there is none
     */
    public static String name(DeviceChoice device) {
        return SuiteDevice.of(device).name();
    }

    private static void speed(Recording record) {
        DeviceSpeed speed = record.device.speed();
        record.speed(speed);
        speed(record, "a kernel that reads", "GB/s", speed.readGBps());
        speed(record, "a kernel that copies, both ways", "GB/s", speed.copyGBps());
        speed(record, "int8 products, int32 sums", "GMAC/s", speed.int8GMacPerSecond());
        speed(record, "binary32 multiply-adds", "GFLOPS", speed.fp32GFlops());
    }

    private static void speed(Recording record, String name, String unit, double value) {
        record.add(SuiteRow.of(SuitePart.SPEED, name, unit, Spread.of(value)));
    }

    /** Logits of a prompt and some tokens after it, with those of the functional simulator. */
    private static void compare(Recording record, String name, Subject subject)
            throws IOException {
        try (LoadedModel expected = load(DeviceChoice.of(DeviceKind.SIM), subject);
                LoadedModel found = load(record.options.device(), subject)) {
            Executable executable = expected.executable().orElseThrow();
            var board = ((SimAccelerator) expected.accelerator()).board();
            Comparison c = new Verification(executable, board,
                    expected.tokenizer().encodeWithBos(PROMPT), TOKENS)
                    .run(name, found.accelerator());
            record.add(SuiteRow.of(SuitePart.EXACT, name + ", steps with the simulator's bits",
                    "%", Spread.of(100.0 * (c.steps() - c.mismatches()) / c.steps()))
                    .atLeast(100));
        }
    }

    private static LoadedModel load(DeviceChoice device, Subject subject) throws IOException {
        return new Loader(new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL, BOARD,
                subject.weights, OptionalInt.empty()).with(device), _ -> { }).load(subject.model);
    }
}
