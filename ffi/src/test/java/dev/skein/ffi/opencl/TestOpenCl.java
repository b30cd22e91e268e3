package dev.skein.ffi.opencl;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;

/** OpenCL of this machine for a test, or the test is skipped and says what is missing. */
final class TestOpenCl {

    /** z = x + y, and how far a work item is from the end decides. */
    static final String ADD = """
            kernel void add(global const int *x, global const int *y, global int *z, int n) {
              size_t i = get_global_id(0);
              if (i < n) {
                z[i] = x[i] + y[i];
              }
            }
            """;

    private TestOpenCl() {}

    static OpenCl open(Binding binding) {
        return switch (OpenCl.open(binding)) {
            case Answer.Found<OpenCl>(OpenCl openCl) -> openCl;
            case Answer.Missing<OpenCl>(String reason) -> abort(reason);
        };
    }

    static Device device(OpenCl openCl) {
        return openCl.devices().getFirst();
    }
}
