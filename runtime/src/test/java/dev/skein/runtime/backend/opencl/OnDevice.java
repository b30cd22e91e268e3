package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import dev.skein.ffi.opencl.OpenCl;

/** OpenCL of this machine, for tests. */
final class OnDevice {
    private OnDevice() {
    }

    /** It; the test is skipped, with the reason, where there is none. */
    static OpenCl openCl() {
        return switch (OpenCl.open()) {
            case Answer.Found<OpenCl>(OpenCl openCl) -> openCl;
            case Answer.Missing<OpenCl>(String reason) -> abort(reason);
        };
    }
}
