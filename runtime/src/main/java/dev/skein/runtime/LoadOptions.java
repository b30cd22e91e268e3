package dev.skein.runtime;

import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.backend.xrt.XrtOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to load a model.
 *
 * @param device what runs it
 * @param timing whether a simulated device also simulates time
 * @param target name or file of the board
 * @param weights weight scheme ({@code f32}, {@code w8}, {@code w4}, ...); by default f32 on the
 *     reference and w8 elsewhere
 * @param context most tokens of a sequence; by default what the model allows, at most {@link
 *     #DEFAULT_CONTEXT}
 * @param lengths how programs serve all lengths; by default by length registers
 * @param compression how weights become integers
 * @param attention which part of the attention is left out
 * @param cache where keys and values are, and which are attended to
 * @param xrt which card, for a card
 * @param batch room for several sequences, where there are
 */
public record LoadOptions(DeviceChoice device, Timing timing, String target,
        Optional<String> weights, OptionalInt context, Optional<LengthStrategy> lengths,
        Compression compression, AttentionSparsity attention, CacheOptions cache,
        XrtOptions xrt, Optional<BatchRoom> batch) {
    /** Lengths by registers; weights by magnitude; attention as the model has it. */
    public LoadOptions(DeviceKind device, Timing timing, String target, Optional<String> weights,
            OptionalInt context) {
        this(DeviceChoice.of(device), timing, target, weights, context, Optional.empty(),
                Compression.DEFAULT, AttentionSparsity.NONE, CacheOptions.NONE,
                XrtOptions.DEFAULT, Optional.empty());
    }

    /** The same on another device. */
    public LoadOptions with(DeviceChoice other) {
        return new LoadOptions(other, timing, target, weights, context, lengths, compression,
                attention, cache, xrt, batch);
    }

    /** The same with another weight scheme. */
    public LoadOptions withWeights(String scheme) {
        return new LoadOptions(device, timing, target, Optional.of(scheme), context, lengths,
                compression, attention, cache, xrt, batch);
    }

    /** The same with another cache. */
    public LoadOptions with(CacheOptions other) {
        return new LoadOptions(device, timing, target, weights, context, lengths, compression,
                attention, other, xrt, batch);
    }

    /** The same with another card. */
    public LoadOptions with(XrtOptions other) {
        return new LoadOptions(device, timing, target, weights, context, lengths, compression,
                attention, cache, other, batch);
    }

    /** Context where nothing else is asked for: its KV cache fits every board with the weights. */
    public static final int DEFAULT_CONTEXT = 4096;

    /** What runs a model. */
    public enum DeviceKind {
        /** The IR interpreter in binary32. */
        REFERENCE,
        /** A simulated board. */
        SIM,
        /** A device of this machine through OpenCL. */
        OPENCL,
        /** A GPU of this machine through CUDA. */
        CUDA,
        /** The interpreter, with attention and its cache in a drive. */
        CSD,
        /** An Alveo card through XRT. */
        XRT;

        /** Whether it runs kernels of its own for the model. */
        public boolean runsKernels() {
            return this == OPENCL || this == CUDA;
        }

        /** Lower case, as on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
