package dev.skein.runtime.backend.opencl;

import dev.skein.runtime.backend.gpu.Rig;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of kernels, one at a time, on everything that runs them. */
@ParameterizedClass
@EnumSource(RigKind.class)
abstract class KernelsTest {
    static Rig rig;

    @Parameter
    private RigKind kind;

    @BeforeParameterizedClassInvocation
    static void open(RigKind kind) {
        rig = kind.open();
    }

    @AfterParameterizedClassInvocation
    static void close() {
        if (rig != null) {
            rig.close();
            rig = null;
        }
    }
}
