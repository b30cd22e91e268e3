package dev.skein.runtime.validation;

import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.GpuStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What others measured on GPUs with other software, beside the roofline: once with constants that
 * were fitted to none of it, and once with those of the library, fitted to its 7B rows alone, so
 * that the larger models are predicted. Four-bit weights take 4.5 bits here with their scales, as
 * MLC LLM's do; those of gpt-fast take about 5, which flatters us. docs/gpu.md says what of it is
 * missed, and why that may be.
 */
public final class GpuFigures {
    /** What the timing model is to reach on figures that it was not fitted to. */
    private static final double TOLERANCE = 0.15;
    private static final String GPT_FAST = "gpt-fast, README of commit 0f925b5: A100 80 GB at"
            + " 330 W, batch 1";
    /** A prompt of 5 tokens and 200 after it, the default: the mean context. */
    private static final int GPT_FAST_CONTEXT = 105;
    private static final String GPT_FAST_REACH = "gpt-fast";
    private static final String MLC = "MLC LLM, README of mlc-ai/llm-perf-bench, commit 0274600:"
            + " RTX 4090, INT4 weights, 256 tokens";
    private static final int MLC_CONTEXT = 137;
    private static final String MLC_REACH = "mlc-llm";
    private static final String UNCALIBRATED = "uncalibrated";
    private static final String FLIGHTLLM = "FlightLLM, paper: ratios to its U280, 55 tok/s, 45 W";
    private static final int CONTEXT = 128;
    private static final double U280 = 55;
    private static final double U280_WATTS = 45;

    private GpuFigures() {}

    /**
     * A decode step that was measured.
     *
     * @param context tokens in the cache
     */
    private record Case(String model, String weights, String gpu, int context) {

        /** @param reach what kernels reach of the GPU */
        GpuStep step(String reach) throws IOException {
            try (Model opened = Model.open(model)) {
                return new GpuSimulation(opened.config(), GpuWeights.parse(weights),
                        Gpus.load(gpu, reach)).decode(context, 1);
            }
        }
    }

    private static Case gptFast(String model, String weights) {
        return new Case(model, weights, "a100", GPT_FAST_CONTEXT);
    }

    private static Case mlc(String model) {
        return new Case(model, "w4", "rtx4090", MLC_CONTEXT);
    }

    private static Case v100(String weights) {
        return new Case("llama2-7b", weights, "v100s", CONTEXT);
    }

    /**
     * All rows, computed now.
     *
     * @throws IOException if the catalogue's shapes cannot be read
     */
    public static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>(libraries("", UNCALIBRATED, UNCALIBRATED));
        rows.add(row("7B, V100S, FP16, PyTorch", FLIGHTLLM, U280 / 1.6, v100("f16"),
                UNCALIBRATED));
        rows.add(row("7B, V100S, vLLM + SmoothQuant", FLIGHTLLM, U280 / 1.2, v100("w8"),
                UNCALIBRATED));
        rows.add(Row.figure("7B, V100S, FP16, energy", "J/token", FLIGHTLLM,
                6.0 * U280_WATTS / U280, v100("f16").step(UNCALIBRATED).joulesAtMost(),
                TOLERANCE, false));
        for (Row row : libraries(", fitted", GPT_FAST_REACH, MLC_REACH)) {
            rows.add(row.name().startsWith("7B") ? row.calibratedOnIt() : row);
        }
        return List.copyOf(rows);
    }

    /** gpt-fast on an A100 and MLC LLM on an RTX 4090. */
    private static List<Row> libraries(String suffix, String gptFast, String mlc)
            throws IOException {
        return List.of(
                row("7B, A100, FP16" + suffix, GPT_FAST, 104.9, gptFast("llama2-7b", "f16"),
                        gptFast),
                row("7B, A100, INT8" + suffix, GPT_FAST, 155.58, gptFast("llama2-7b", "w8"),
                        gptFast),
                row("7B, A100, INT4" + suffix, GPT_FAST, 196.80, gptFast("llama2-7b", "w4"),
                        gptFast),
                row("70B, A100, INT8" + suffix, GPT_FAST, 19.13, gptFast("llama2-70b", "w8"),
                        gptFast),
                row("70B, A100, INT4" + suffix, GPT_FAST, 25.25, gptFast("llama2-70b", "w4"),
                        gptFast),
                row("7B, RTX 4090, INT4" + suffix, MLC, 204.8, mlc("llama2-7b"), mlc),
                row("13B, RTX 4090, INT4" + suffix, MLC, 113.5, mlc("llama2-13b"), mlc));
    }

    private static Row row(String name, String source, double measured, Case step, String reach)
            throws IOException {
        return Row.figure(name, "tok/s", source, measured, 1 / step.step(reach).seconds(),
                TOLERANCE, false);
    }
}
