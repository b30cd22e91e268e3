package dev.skein.ffi.cuda;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The compiler, where it is installed; it needs no GPU. No package registry that {@code ./test} may
 * use has it, so a machine without it skips these cases by name, in CI too.
 */
class NvrtcTest {
    private static final String SCALE = """
            extern "C" __global__ void scale(float* x, float factor, int n) {
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) x[i] *= factor;
            }
            """;

    private Nvrtc nvrtc;

    @BeforeEach
    void open() {
        switch (Nvrtc.open()) {
            case Answer.Found<Nvrtc>(Nvrtc found) -> nvrtc = found;
            case Answer.Missing<Nvrtc>(String reason) -> abort(reason);
        }
    }

    @Test
    void compiles() {
        assertTrue(nvrtc.version().matches("1[23]\\.\\d+"), nvrtc.version());
        String ptx = nvrtc.compile("scale.cu", SCALE, List.of("--gpu-architecture=compute_80"))
                .orElseThrow(IllegalStateException::new);
        assertTrue(ptx.contains(".entry scale("), ptx);
        assertTrue(ptx.contains(".target sm_80"), ptx);
    }

    @Test
    void whatDoesNotCompileIsOneLine() {
        String reason = assertInstanceOf(Answer.Missing.class, nvrtc.compile("scale.cu",
                SCALE.replace("factor;", "factr;"), List.of())).reason();
        assertTrue(reason.startsWith("scale.cu does not compile (code 6): scale.cu(3): error"),
                reason);
        assertTrue(!reason.contains("\n"), reason);
    }
}
