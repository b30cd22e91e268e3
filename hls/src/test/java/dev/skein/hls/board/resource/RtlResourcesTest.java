package dev.skein.hls.board.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Boards;
import dev.skein.hls.board.MatrixEngine;
import dev.skein.hls.board.RamKind;
import dev.skein.hls.rtl.NativeTool;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * DSPs and UltraRAMs of the RTL, counted by yosys, are those of the resource model. LUTs and
 * registers are printed: yosys is not Vivado, and the model's figures are calibrated on a whole
 * published design.
 */
class RtlResourcesTest {
    private static final ResourceModel MODEL = new ResourceModel(Boards.load("u280").fabric());

    private static String synthesise(String top, String parameters, String options)
            throws IOException, InterruptedException {
        var said = NativeTool.run(List.of("yosys", "-q", "-p", "read_verilog -sv skein_*.sv;"
                + " hierarchy -top " + top + " " + parameters + ";"
                + " synth_xilinx -family xcup " + options + " -top " + top + ";"
                + " tee -o /dev/stdout stat"));
        assertEquals(0, said.exitCode(), said.output());
        return said.output().substring(said.output().indexOf("design hierarchy"));
    }

    private static int count(String stat, String cell) {
        Matcher m = Pattern.compile("\\b" + cell + "\\s+(\\d+)").matcher(stat);
        int sum = 0;
        while (m.find()) {
            sum += Integer.parseInt(m.group(1));
        }
        return sum;
    }

    /**
     * MM mode of {@code n} outputs, {@code m} rows of x, {@code k} columns. Slices are instances,
     * so that they are there before technology mapping; it must add none for the scales.
     */
    @ParameterizedTest
    @CsvSource({"1, 16, 2", "2, 16, 8", "4, 8, 8"})
    void aDspOfTheModelIsOneOfTheChain(int n, int k, int m)
            throws IOException, InterruptedException {
        String stat = synthesise("skein_array", "-chparam ROWS " + n + " -chparam PAIRS "
                + m / 2 + " -chparam GROUPS " + k / 2 + " -chparam MV 0",
                "-nodsp -run begin:coarse");
        assertEquals(MODEL.dsp(new MatrixEngine.Shape(m, n, k)), count(stat, "DSP48E2"), stat);
    }

    /** The multipliers of the epilogue are LUTs: the model has no DSP for it. */
    @ParameterizedTest
    @CsvSource({"skein_vpu, -chparam GROUPS 4, 8", "skein_epilogue, '', 0"})
    void lutsAndRegistersAreReported(String top, String parameters, int dsps)
            throws IOException, InterruptedException {
        String stat = synthesise(top, parameters, "-nodsp");
        int luts = count(stat, "LUT[1-6]");
        int registers = count(stat, "FD[RSCP]E");
        System.out.printf("%s %s: %d DSP48E2, %d LUT, %d FF (yosys, not Vivado)%n", top,
                parameters, count(stat, "DSP48E2"), luts, registers);
        assertEquals(dsps, count(stat, "DSP48E2"), stat);
        assertTrue(luts > 0 && registers > 0, stat);
    }

    /** Bounded by capacity, by both, and by the width of the port. */
    @ParameterizedTest
    @CsvSource({"1048576, 128", "262144, 64", "65536, 64"})
    void anUltraRamOfTheModelIsOneOfTheBuffer(int bytes, int portBytes)
            throws IOException, InterruptedException {
        String stat = synthesise("skein_buffer", "-chparam BYTES " + bytes
                + " -chparam PORT_BYTES " + portBytes, "-uram");
        assertEquals(MODEL.ram(RamKind.URAM, bytes, portBytes).uram(), count(stat, "URAM288"),
                stat);
    }
}
