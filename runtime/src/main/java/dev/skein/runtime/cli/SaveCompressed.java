package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.CheckpointWriter;
import dev.skein.compiler.compress.QuantError;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Weights;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Compression;
import dev.skein.runtime.QuantReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code skein prune} and {@code skein quantize} have in common: they write a checkpoint. */
public final class SaveCompressed {
    @Parameters(paramLabel = "MODEL", description = "GGUF or HDF5 file, Hugging Face folder, or"
            + " bundled model.")
    private String model;

    @Option(names = {"-o", "--output"}, paramLabel = "FOLDER", required = true,
            description = "Folder to write; it must not exist, and appears when it is complete.")
    private Path output;

    @Mixin
    private CompressionOptions compression;

    /** Created by picocli. */
    public SaveCompressed() {}

    void run(QuantScheme scheme, Console console) throws IOException {
        long start = System.nanoTime();
        Compression how = compression.compression();
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            if (opened.scheme().isPresent()) {
                throw new IllegalArgumentException(model + " is compressed as "
                        + opened.scheme().get() + ": name the model it was made of");
            }
            Weights weights = how.apply(opened, scheme, line -> console.detail("%s", line));
            Graph graph = Compression.graph(opened, scheme);
            try (var progress = console.progress("write, bytes", -1)) {
                CheckpointWriter.write(output, opened.header(), graph, weights, scheme,
                        how.toString(), progress);
            }
            double relative = QuantReport.of(graph, weights).stream().map(QuantReport.Row::error)
                    .reduce(QuantError.NONE, QuantError::merge).relative();
            double millis = (System.nanoTime() - start) / 1e6;
            long bytes = Files.size(output.resolve("model.safetensors"));
            console.result("%s: %s as %s by %s, %,d bytes; %.2f %% of the weights' norm moved",
                    output, opened.config().name(), scheme, how, bytes, 100 * relative);
            console.note("%,.1f s on this machine", millis / 1e3);
            ObjectNode json = Console.newObject();
            json.put("folder", output.toString());
            json.put("weights", scheme.toString());
            json.put("method", how.toString());
            json.put("bytes", bytes);
            json.put("relativeError", relative);
            json.put("wallMillis", millis);
            console.object(json);
        }
    }
}
