package dev.skein.runtime.backend.opencl;

import dev.skein.runtime.backend.cuda.CudaRig;
import dev.skein.runtime.backend.gpu.Rig;

/** Where kernels are tested one at a time. */
enum RigKind {
    OPENCL {
        @Override
        Rig open() {
            return new OpenClRig(OnDevice.openCl());
        }
    },
    /** On the stand-in. */
    CUDA {
        @Override
        Rig open() {
            return CudaRig.open();
        }
    };

    /** A rig; the test is skipped, with the reason, where there can be none. */
    abstract Rig open();
}
