package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.Phase;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.sim.gpu.Bound;
import dev.skein.sim.gpu.GpuStep;
import dev.skein.sim.trace.KernelTimeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints what steps and requests cost on a simulated GPU. */
final class GpuReport {
    private static final double GIGA = 1e9;
    private static final int PERCENT = 100;

    private final Console console;
    private final GpuSimulation simulation;
    private final int batch;

    GpuReport(Console console, GpuSimulation simulation, int batch) {
        this.console = console;
        this.simulation = simulation;
        this.batch = batch;
    }

    /** @param trace file of the timeline */
    ObjectNode step(Phase phase, int context, Optional<Path> trace) throws IOException {
        boolean decode = phase == Phase.DECODE;
        GpuStep step = decode ? simulation.decode(context, batch) : simulation.prefill(context);
        int tokens = decode ? batch : context;
        console.result("%s, %s, %s at context %,d%s on %s, a model of it (docs/gpu.md):",
                simulation.config().name(), simulation.weights(), phase, context,
                decode && batch > 1 ? String.format(Locale.ROOT, ", batch %,d", batch) : "",
                simulation.gpu().name());
        console.result("  time          %,.3f ms (%,d kernels)", step.seconds() * 1e3,
                step.kernels().size());
        console.result("  speed         %,.2f tok/s%s", tokens / step.seconds(),
                decode && batch > 1 ? String.format(Locale.ROOT, ", %,.2f a sequence",
                        1 / step.seconds()) : "");
        console.result("  memory rate   %.1f %% of the %,.0f GB/s peak (%,d bytes, each once a"
                + " kernel)", PERCENT * step.bandwidthUtilisation(),
                simulation.gpu().memoryGBps(), step.bytes());
        console.result("  energy        at most %.4g J (%,.0f W, the board's limit, all the time)",
                step.joulesAtMost(), simulation.gpu().powerW());
        classes(step);
        ObjectNode json = json(step, tokens, context);
        json.put("phase", phase.toString());
        console.result("  bound by      %s (%s)", step.boundBy().text(), bounds(step));
        memory(json, context);
        if (trace.isPresent()) {
            try (var timeline = new KernelTimeline(trace.get(), simulation.gpu().name(),
                    "simulated, by the roofline of sim.gpu")) {
                step.trace(timeline, phase + " at context " + context);
                timeline.commit();
            }
        }
        return json;
    }

    private static String bounds(GpuStep step) {
        return step.secondsByBound().entrySet().stream().map(e -> String.format(Locale.ROOT,
                "%s %.1f %%", e.getKey().text(), PERCENT * e.getValue() / step.seconds()))
                .collect(Collectors.joining(", "));
    }

    private void classes(GpuStep step) {
        step.byClass().forEach((kind, time) -> console.result("  %-19s %,5d kernels, %9.3f ms,"
                + " %,8.1f MB, bound by %s", kind.text(), time.launches(), time.seconds() * 1e3,
                time.bytes() / 1e6, time.boundBy().text()));
    }

    private ObjectNode json(GpuStep step, int tokens, int context) {
        ObjectNode out = Console.newObject();
        about(out);
        out.put("context", context);
        out.put("tokens", tokens);
        out.put("timeMillis", step.seconds() * 1e3);
        out.put("tokensPerSecond", tokens / step.seconds());
        out.put("bytesMoved", step.bytes());
        out.put("bandwidthUtilisation", step.bandwidthUtilisation());
        out.put("boundBy", step.boundBy().text());
        out.put("joulesAtMost", step.joulesAtMost());
        out.put("launches", step.kernels().size());
        ArrayNode classes = out.putArray("classes");
        step.byClass().forEach((kind, time) -> classes.addObject().put("class", kind.text())
                .put("launches", time.launches()).put("millis", time.seconds() * 1e3)
                .put("bytes", time.bytes()).put("boundBy", time.boundBy().text()));
        return out;
    }

    private void about(ObjectNode out) {
        out.put("model", simulation.config().name());
        out.put("gpu", simulation.gpu().name());
        out.put("weights", simulation.weights().toString());
        out.put("batch", batch);
    }

    /** Says what has to be held for sequences of this length, and what attention leaves out. */
    private void memory(ObjectNode json, int context) {
        GpuSimulation.Memory memory = simulation.memory(context, batch);
        console.result("  memory        %.2f GB of %.2f GB: weights %.2f, KV cache %.2f,"
                + " activations %.2f, driver %.2f%s", memory.neededBytes() / GIGA,
                memory.capacityBytes() / GIGA, memory.weightBytes() / GIGA,
                memory.kvBytes() / GIGA, memory.activationBytes() / GIGA,
                memory.contextBytes() / GIGA, memory.fits() ? "" : "; DOES NOT FIT");
        json.putObject("memory").put("neededBytes", memory.neededBytes())
                .put("weightBytes", memory.weightBytes()).put("kvBytes", memory.kvBytes())
                .put("activationBytes", memory.activationBytes())
                .put("contextBytes", memory.contextBytes())
                .put("capacityBytes", memory.capacityBytes()).put("fits", memory.fits());
        double reached = AttentionSparsity.reached(simulation.config(), context);
        json.put("attentionSparsity", reached);
        if (reached > 0) {
            console.note("attention leaves out %.1f %% of the 64 x 64 blocks of %,d tokens",
                    PERCENT * reached, context);
        }
    }

    /** A prompt of one sequence, then steps of the whole batch, whose sequences are as long. */
    ObjectNode request(int promptLength, int outputLength) {
        simulation.require(Math.addExact(promptLength, outputLength));
        GpuStep prompt = simulation.prefill(promptLength);
        var decode = new ArrayList<GpuStep>();
        for (int i = 1; i < outputLength; i++) {
            decode.add(simulation.decode(Math.addExact(promptLength, i), batch));
        }
        double first = prompt.seconds() * batch;
        double after = decode.stream().mapToDouble(GpuStep::seconds).sum();
        double joules = (first + after) * simulation.gpu().powerW();
        console.result("%s, %s, prompt %,d + output %,d tokens%s on %s, a model of it"
                + " (docs/gpu.md):", simulation.config().name(), simulation.weights(),
                promptLength, outputLength, batch > 1 ? String.format(Locale.ROOT,
                        ", batch %,d", batch) : "", simulation.gpu().name());
        console.result("  first token   %,.3f ms (bound by %s%s)", first * 1e3,
                prompt.boundBy().text(), batch > 1 ? "; prompts one after the other" : "");
        ObjectNode json = Console.newObject();
        about(json);
        json.put("promptLength", promptLength);
        json.put("outputLength", outputLength);
        json.put("timeToFirstTokenMillis", first * 1e3);
        json.put("prefillBoundBy", prompt.boundBy().text());
        if (!decode.isEmpty()) {
            double speed = (double) batch * decode.size() / after;
            Bound bound = decode.getLast().boundBy();
            console.result("  decode        %,.2f tok/s (bound by %s)", speed, bound.text());
            json.put("decodeTokensPerSecond", speed);
            json.put("decodeBoundBy", bound.text());
        }
        console.result("  request       %,.3f s (device alone, without the host)", first + after);
        json.put("seconds", first + after);
        double each = joules / ((double) batch * outputLength);
        console.result("  energy        at most %.4g J, %.4g J/token (%,.0f W, the board's limit,"
                + " all the time)", joules, each, simulation.gpu().powerW());
        json.put("joulesAtMost", joules);
        json.put("joulesPerTokenAtMost", each);
        memory(json, Math.addExact(promptLength, outputLength));
        return json;
    }
}
