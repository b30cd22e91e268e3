package dev.skein.runtime.cli;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.BatchRoom;
import dev.skein.runtime.CacheOptions;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which model, and where it runs. */
public final class ModelOptions {
    @Parameters(paramLabel = "MODEL", arity = "0..1", description = "GGUF or HDF5 file, Hugging"
            + " Face folder, compiled artifact, or name of the catalogue.")
    private String model;

    @Option(names = "--device", paramLabel = "DEVICE", converter = Device.class,
            description = "What runs it: reference, sim (a simulated board), csd (the reference"
                    + " with its cache in a drive of files), opencl, opencl:N, cuda, cuda:N or"
                    + " xrt (an Alveo card) (default: sim; reference with --attention).")
    private DeviceChoice device;

    @Mixin
    private PrecisionOption precision;

    @Mixin
    private BoardOptions boardOptions;

    @Mixin
    private LengthOptions lengthOptions;

    @Mixin
    private AttentionOptions attention;

    @Mixin
    private PolicyOptions policy;

    @Option(names = "--weights", paramLabel = "SCHEME",
            description = "Weight format: f32 (reference only), w8, w5, w4, w3, w2 or mixed3.5,"
                    + " then a group size (w4g32), sparsity (w4@8:16, w8@2:4, w4@0.5) and a format"
                    + " of the head (w4@8:16/w8) if wanted. Default: what the model is compressed"
                    + " to, else f32 on the reference and w8 elsewhere.")
    private String weights;

    @Mixin
    private CompressionOptions compression;

    @Mixin
    private CardOptions card;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Created by picocli. */
    public ModelOptions() {}

    /** Reads a device. */
    static final class Device implements ITypeConverter<DeviceChoice> {
        @Override
        public DeviceChoice convert(String value) {
            try {
                return DeviceChoice.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    String model() {
        return model;
    }

    DeviceChoice device() {
        return asked().with(precision.asked());
    }

    private DeviceChoice asked() {
        return device != null ? device : DeviceChoice.of(
                policy.cache().policy().isPresent() ? DeviceKind.REFERENCE : DeviceKind.SIM);
    }

    /** The mode of GPU kernels. */
    Precision precision() {
        return precision.asked();
    }

    /** Whether attention is in a drive. */
    boolean isDrive() {
        return asked().kind() == DeviceKind.CSD;
    }

    /** Only a verb that can do without a model asks for none. */
    boolean named() {
        return model != null;
    }

    LoadedModel load(Console console, Timing timing) throws IOException {
        return load(console, timing, device(), policy.cache());
    }

    /** The same on a device that is not the one of the command line. */
    LoadedModel load(Console console, Timing timing, DeviceChoice on) throws IOException {
        return load(console, timing, on, policy.cache());
    }

    /** On a device that takes several sequences at once. */
    LoadedModel load(Console console, BatchRoom room) throws IOException {
        if (!device().kind().runsKernels()) {
            throw new IllegalArgumentException("--device " + device() + " takes one sequence at a"
                    + " time: for --prompts choose --device opencl or cuda");
        }
        return load(console, options(Timing.FUNCTIONAL, device(), policy.cache(),
                Optional.of(room)));
    }

    /** The same cache in memory as {@link #load} has in a drive. */
    LoadedModel loadInMemory(Console console) throws IOException {
        CacheOptions cache = policy.cache();
        return load(console, Timing.FUNCTIONAL, DeviceChoice.of(DeviceKind.REFERENCE),
                new CacheOptions(cache.policy().or(() -> Optional.of(new AttentionPolicy.Dense())),
                        Optional.empty()));
    }

    /** On the reference interpreter, with these weights and the precision that is asked for. */
    LoadedModel loadReference(Console console, String scheme) throws IOException {
        return load(console, options(Timing.FUNCTIONAL, DeviceChoice.of(DeviceKind.REFERENCE)
                .with(precision()), policy.cache(), Optional.empty()).withWeights(scheme));
    }

    private LoadedModel load(Console console, Timing timing, DeviceChoice on, CacheOptions cache)
            throws IOException {
        return load(console, options(timing, on, cache, Optional.empty()));
    }

    private LoadOptions options(Timing timing, DeviceChoice on, CacheOptions cache,
            Optional<BatchRoom> room) {
        return new LoadOptions(on, timing, boardOptions.target(),
                Optional.ofNullable(weights), boardOptions.context(), lengthOptions.asked(),
                compression.compression(), attention.wanted(), cache, card.options(), room);
    }

    private LoadedModel load(Console console, LoadOptions options) throws IOException {
        if (!named()) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Missing required parameter: 'MODEL'");
        }
        BoardOnly.refuse(spec.commandLine(), asked());
        try (var progress = console.progress("pack weights, bytes", -1)) {
            return new Loader(options, progress, line -> console.detail("%s", line)).load(model);
        }
    }
}
