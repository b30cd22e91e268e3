package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.compiler.gpu.CudaSources;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kernels through NVIDIA's compilers, which need no GPU. No package registry that {@code
 * ./test} may use has them, so a machine without them skips these cases by name, in CI too.
 */
class CudaCompilerTest {
    private static final Pattern SPILLED = Pattern.compile("(\\d+) bytes spill stores");

    @TempDir
    private Path folder;

    private static String ptx(Precision precision) {
        try {
            return CudaCompiler.compiled(CudaSources.of(KernelSources.of(precision)), precision);
        } catch (DeviceException e) {
            if (e.getMessage().contains("put nvcc on the path")) {
                return abort(e.getMessage());
            }
            throw e;
        }
    }

    @Test
    void driversOfCuda12TakeThePtx() {
        String ptx = ptx(Precision.EXACT);
        assertTrue(ptx.contains("\n.version 8.0\n") && ptx.contains("\n.target sm_80\n"),
                ptx.lines().limit(12).toList().toString());
        assertTrue(ptx.contains(".entry dense_w4_token("), "dense_w4_token");
        assertTrue(ptx.contains("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32"), "mma.sync");
        // the numeric contract: nothing fused, flushed or approximated
        assertTrue(!ptx.contains("fma.rn.f32") && !ptx.contains(".ftz")
                && !ptx.contains(".approx"), "inexact arithmetic");
    }

    @Test
    void theFastModeFuses() {
        String ptx = ptx(Precision.FAST);
        assertTrue(ptx.contains(".entry fast_attention(") && ptx.contains("fma.rn.f32")
                && ptx.contains("cvt.f32.f16"), "fast_attention");
        assertTrue(!ptx.contains(".approx"), "a tolerance that nobody states");
    }

    @ParameterizedTest
    @CsvSource({"sm_80, EXACT", "sm_90, EXACT", "sm_80, FAST", "sm_90, FAST"})
    void registersDoNotSpill(String architecture, Precision precision)
            throws IOException, InterruptedException {
        Path text = Files.writeString(folder.resolve("skein.ptx"), ptx(precision));
        Process process;
        try {
            process = new ProcessBuilder("ptxas", "-v", "-arch=" + architecture, "-o",
                    folder.resolve("skein.cubin").toString(), text.toString())
                    .redirectErrorStream(true).start();
        } catch (IOException e) {
            abort("no ptxas here: " + e.getMessage());
            return;
        }
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
        Matcher spilled = SPILLED.matcher(said);
        int kernels = 0;
        while (spilled.find()) {
            kernels++;
            assertTrue(Integer.parseInt(spilled.group(1)) <= 64, said);
        }
        assertTrue(kernels > 50, said);
    }
}
