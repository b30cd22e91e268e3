package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.runtime.backend.cuda.CudaRig;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.Rig;
import java.util.Map;
import java.util.function.Supplier;

/** Where kernels are tested, one at a time or all those of a model. */
enum RigKind {
    OPENCL {
        @Override
        Rig open() {
            return new OpenClRig(OnDevice.openCl());
        }

        @Override
        Opener opener() {
            OpenCl openCl = OnDevice.openCl();
            return new Opener(() -> OpenClBackend.device(openCl.devices().getFirst(), "device",
                    KernelSources.all()), () -> openCl.ledger().live());
        }
    },
    /** On the stand-in. */
    CUDA {
        @Override
        Rig open() {
            return CudaRig.open();
        }

        @Override
        Opener opener() {
            CudaRig rig = CudaRig.open();
            return new Opener(rig::device, rig::live);
        }
    };

    /**
     * Opens devices with all kernels of the exact mode.
     *
     * @param device another one each time
     * @param live what has not been closed
     */
    record Opener(Supplier<GpuDevice> device, Supplier<Map<?, ?>> live) {}

    /** A rig; the test is skipped, with the reason, where there can be none. */
    abstract Rig open();

    /** For whole models; skipped as a rig is. */
    abstract Opener opener();
}
