package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.backend.gpu.Rig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests of kernels of the fast mode, one at a time, on OpenCL. */
abstract class FastKernelsTest {
    static Rig rig;

    @BeforeAll
    static void open() {
        rig = new OpenClRig(OnDevice.openCl(), Precision.FAST, KernelSources.of(Precision.FAST));
    }

    @AfterAll
    static void close() {
        if (rig != null) {
            rig.close();
            rig = null;
        }
    }
}
