package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.DeviceBench;
import dev.skein.runtime.backend.gpu.KernelTime;
import dev.skein.runtime.backend.gpu.DeviceSpeed;

/**
 * What {@code skein bench} says of a device.
 *
 * @param tokens of a run
 * @param runs counted ones
 */
record DeviceBenchReport(Console console, int tokens, int runs) {

    /** Prints it; the exit code. */
    int print(DeviceBench.Result result) {
        console.result("%s", result.device());
        console.result("decode %10.1f tok/s", result.decodeTokensPerSecond());
        console.result("prefill %9.1f tok/s", result.prefillTokensPerSecond());
        console.result("%-20s %8s %10s %14s %10s %10s", "kernel", "launches", "us",
                "weight bytes", "GB/s", "of read");
        double read = result.speed().map(DeviceSpeed::readGBps).orElse(0.0);
        ObjectNode json = Console.newObject();
        json.put("model", result.model());
        json.put("weights", result.weights());
        json.put("device", result.device());
        json.put("tokens", tokens);
        json.put("decodeTokensPerSecond", result.decodeTokensPerSecond());
        json.put("prefillTokensPerSecond", result.prefillTokensPerSecond());
        if (read > 0) {
            json.put("readGBps", read);
        }
        ArrayNode kernels = json.putArray("kernels");
        for (KernelTime kernel : result.kernels()) {
            print(kernel, read);
            kernels.add(json(kernel, read));
        }
        console.note("medians of %d runs of %d tokens from an empty context, after one warm-up;"
                + " kernels: one decode step at position %d, by the device's clock; read: %s",
                runs, tokens, tokens, read > 0
                        ? String.format("%.1f GB/s, measured by a kernel that only reads", read)
                        : "not measured");
        console.object(json);
        return 0;
    }

    private void print(KernelTime kernel, double read) {
        if (kernel.weightBytes() == 0) {
            console.result("%-20s %8d %10.1f", kernel.kernel(), kernel.launches(),
                    kernel.micros());
        } else {
            console.result("%-20s %8d %10.1f %,14d %10.2f %10s", kernel.kernel(),
                    kernel.launches(), kernel.micros(), kernel.weightBytes(),
                    kernel.weightGBps(),
                    read > 0 ? String.format("%.0f %%", 100 * kernel.weightGBps() / read) : "");
        }
    }

    private static ObjectNode json(KernelTime kernel, double read) {
        ObjectNode node = Console.newObject();
        node.put("kernel", kernel.kernel());
        node.put("launches", kernel.launches());
        node.put("micros", kernel.micros());
        if (kernel.weightBytes() > 0) {
            node.put("weightBytes", kernel.weightBytes());
            node.put("weightGBps", kernel.weightGBps());
            if (read > 0) {
                node.put("shareOfRead", kernel.weightGBps() / read);
            }
        }
        return node;
    }
}
