package dev.skein.runtime.verify;

import dev.skein.ffi.Answer;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import java.io.IOException;
import java.util.Optional;

/**
 * An OpenCL or CUDA device, which runs no program of a board: it has kernels of its own for the
 * same model.
 *
 * @param kind OPENCL or CUDA
 * @param index of the device
 */
record KernelTarget(DeviceKind kind, int index) implements Target {
    @Override
    public String name() {
        return index == 0 ? kind.toString() : kind + ":" + index;
    }

    @Override
    public String description() {
        return "kernels on " + (kind == DeviceKind.CUDA ? "CUDA" : "OpenCL") + " device " + index;
    }

    @Override
    public Optional<DeviceChoice> device() {
        return Optional.of(new DeviceChoice(kind, index));
    }

    @Override
    public Answer<Execution> open(Subject subject) throws IOException {
        LoadedModel loaded = subject.other().on(device().orElseThrow());
        return new Answer.Found<>(new Execution(loaded.accelerator(), loaded.resources()));
    }
}
