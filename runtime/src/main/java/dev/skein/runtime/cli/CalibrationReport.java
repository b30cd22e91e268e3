package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.AtomicFile;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.suite.Deviation;
import dev.skein.runtime.suite.GpuCalibration;
import dev.skein.runtime.suite.ReachFit;
import dev.skein.runtime.suite.SuiteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code skein validate gpu --measured}: the timing model, fitted to one half of what was measured.
 *
 * @param gpu name or path of the file to begin with, if one was named
 * @param output where the fitted GPU file goes, if it was asked for
 */
record CalibrationReport(Console console, Optional<String> gpu, Optional<Path> output) {

    int print(Path file) throws IOException {
        SuiteFile measured = SuiteFile.read(file);
        Optional<String> named = gpu.or(() -> SuiteReport.builtIn(measured.device()));
        if (output.isPresent() && named.isEmpty()) {
            throw new IllegalArgumentException("no GPU file is named like " + measured.device()
                    + ": -o needs one to begin with; name it with --gpu");
        }
        Gpu base = named.map(Gpus::load).orElseGet(() -> GpuCalibration.measuredPeaks(measured));
        GpuCalibration found = GpuCalibration.of(base, measured);
        ObjectNode json = Console.newObject();
        json.put("design", "gpu").put("device", measured.device()).put("gpu", base.name());
        console.result("%s, peaks of %s", measured.device(), named.isPresent() ? base.name()
                : "its own micro-benchmarks");
        ArrayNode keys = json.putArray("keys");
        for (ReachFit.Key key : found.keys()) {
            console.result("%-24s %10.2f  %s", key.name(), key.value(),
                    key.fitted() ? "fitted" : "kept: no row changes it");
            keys.addObject().put("name", key.name()).put("value", key.value())
                    .put("fitted", key.fitted());
        }
        console.result("%-44s %13s %13s %10s", "", "measured, us", "model, us", "deviation");
        print("kernel", "kernels", found.kernels(), json);
        print("step as launched", "stepsAsLaunched", found.launched(), json);
        print("step as fused", "stepsAsFused", found.fused(), json);
        console.note("fitted: every second kernel of each list, from the first on, chosen by its"
                + " place; of a step marked so, the kernels; predicted rows hold within %.0f %%;"
                + " as launched: the sum of what the device launched; as fused: the kernels that"
                + " sim.gpu says without a device", 100 * Deviation.TOLERANCE);
        if (output.isPresent()) {
            String text = found.file(Gpus.text(named.orElseThrow()), measured.device());
            AtomicFile.write(output.get(), temporary -> Files.writeString(temporary, text));
            console.note("%s: use it as --target", output.get());
        }
        console.object(json);
        return 0;
    }

    private void print(String what, String field, List<Deviation> rows, ObjectNode json) {
        ArrayNode array = json.putArray(field);
        for (Deviation d : rows) {
            console.result("%-44s %13.2f %13.2f %+9.1f %%  %s", what + ": " + d.name(),
                    d.measuredMicros(), d.predictedMicros(), 100 * d.relative(),
                    d.fitted() ? "fitted" : d.holds() ? "predicted, holds" : "predicted, MISSED");
            ObjectNode node = array.addObject().put("name", d.name())
                    .put("measuredMicros", d.measuredMicros())
                    .put("predictedMicros", d.predictedMicros())
                    .put("deviation", d.relative()).put("fitted", d.fitted());
            if (!d.fitted()) {
                node.put("holds", d.holds());
            }
        }
        long predicted = rows.stream().filter(d -> !d.fitted()).count();
        long holds = rows.stream().filter(d -> !d.fitted() && d.holds()).count();
        console.result("%s: %d of %d predicted within %.0f %%", what, holds, predicted,
                100 * Deviation.TOLERANCE);
    }
}
