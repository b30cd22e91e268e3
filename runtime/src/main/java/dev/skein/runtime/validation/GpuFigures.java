package dev.skein.runtime.validation;

import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.GpuStep;
import java.io.IOException;
import java.util.List;

/**
 * What others measured on GPUs with other software, beside the roofline, none of whose constants
 * was fitted to it. Four-bit weights take 4.5 bits here with their scales, as MLC LLM's do; those
 * of gpt-fast take about 5, which flatters us. docs/gpu.md says what of it is missed, and why that
 * may be.
 */
public final class GpuFigures {
    /** What the timing model is to reach on figures that it was not fitted to. */
    private static final double TOLERANCE = 0.15;
    private static final String GPT_FAST = "gpt-fast, README of commit 0f925b5: A100 80 GB at"
            + " 330 W, batch 1";
    /** A prompt of 5 tokens and 200 after it, the default: the mean context. */
    private static final int GPT_FAST_CONTEXT = 105;
    private static final String MLC = "MLC LLM, README of mlc-ai/llm-perf-bench, commit 0274600:"
            + " RTX 4090, INT4 weights, 256 tokens";
    private static final int MLC_CONTEXT = 137;
    private static final String FLIGHTLLM = "FlightLLM, paper: ratios to its U280, 55 tok/s, 45 W";
    private static final int CONTEXT = 128;
    private static final double U280 = 55;
    private static final double U280_WATTS = 45;

    private GpuFigures() {}

    /**
     * All rows, computed now.
     *
     * @throws IOException if the catalogue's shapes cannot be read
     */
    public static List<Row> rows() throws IOException {
        return List.of(
                row("7B, A100, FP16", GPT_FAST, 104.9,
                        step("llama2-7b", "f16", "a100", GPT_FAST_CONTEXT)),
                row("7B, A100, INT8", GPT_FAST, 155.58,
                        step("llama2-7b", "w8", "a100", GPT_FAST_CONTEXT)),
                row("7B, A100, INT4", GPT_FAST, 196.80,
                        step("llama2-7b", "w4", "a100", GPT_FAST_CONTEXT)),
                row("70B, A100, INT8", GPT_FAST, 19.13,
                        step("llama2-70b", "w8", "a100", GPT_FAST_CONTEXT)),
                row("70B, A100, INT4", GPT_FAST, 25.25,
                        step("llama2-70b", "w4", "a100", GPT_FAST_CONTEXT)),
                row("7B, RTX 4090, INT4", MLC, 204.8,
                        step("llama2-7b", "w4", "rtx4090", MLC_CONTEXT)),
                row("13B, RTX 4090, INT4", MLC, 113.5,
                        step("llama2-13b", "w4", "rtx4090", MLC_CONTEXT)),
                row("7B, V100S, FP16, PyTorch", FLIGHTLLM, U280 / 1.6,
                        step("llama2-7b", "f16", "v100s", CONTEXT)),
                row("7B, V100S, vLLM + SmoothQuant", FLIGHTLLM, U280 / 1.2,
                        step("llama2-7b", "w8", "v100s", CONTEXT)),
                Row.figure("7B, V100S, FP16, energy", "J/token", FLIGHTLLM,
                        6.0 * U280_WATTS / U280,
                        step("llama2-7b", "f16", "v100s", CONTEXT).joulesAtMost(), TOLERANCE,
                        false));
    }

    private static Row row(String name, String source, double measured, GpuStep step) {
        return Row.figure(name, "tok/s", source, measured, 1 / step.seconds(), TOLERANCE, false);
    }

    private static GpuStep step(String name, String weights, String gpu, int context)
            throws IOException {
        try (Model model = Model.open(name)) {
            return new GpuSimulation(model.config(), GpuWeights.parse(weights), Gpus.load(gpu))
                    .decode(context, 1);
        }
    }
}
