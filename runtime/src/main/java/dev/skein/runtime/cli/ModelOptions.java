package dev.skein.runtime.cli;

import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which model, and where it runs. */
public final class ModelOptions {
    @Parameters(paramLabel = "MODEL", arity = "0..1", description = "GGUF or HDF5 file, Hugging"
            + " Face folder, compiled artifact, or name of the catalogue.")
    private String model;

    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "sim",
            description = "What runs it: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DeviceKind device;

    @Mixin
    private BoardOptions boardOptions;

    @Mixin
    private LengthOptions lengthOptions;

    @Mixin
    private AttentionOptions attention;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format: f32 (reference only), w8, w5, w4, w3, w2 or mixed3.5,"
                    + " then a group size (w4g32), sparsity (w4@8:16, w8@2:4, w4@0.5) and a format"
                    + " of the head (w4@8:16/w8) if wanted. Default: what the model is compressed"
                    + " to, else f32 on the reference and w8 on a simulated board.")
    private String weights;

    @Mixin
    private CompressionOptions compression;

    @Mixin
    private CardOptions card;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Created by picocli. */
    public ModelOptions() {}

    String model() {
        return model;
    }

    /** Only a verb that can do without a model asks for none. */
    boolean named() {
        return model != null;
    }

    /** Kind of the device. */
    DeviceKind device() {
        return device;
    }

    LoadedModel load(Console console, Timing timing) throws IOException {
        if (!named()) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Missing required parameter: 'MODEL'");
        }
        var options = new LoadOptions(device, timing, boardOptions.target(),
                Optional.ofNullable(weights), boardOptions.context(), lengthOptions.asked(),
                compression.compression(), attention.wanted(), card.options());
        try (var progress = console.progress("pack weights, bytes", -1)) {
            return new Loader(options, progress, line -> console.detail("%s", line)).load(model);
        }
    }
}
