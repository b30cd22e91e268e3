package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Hdf5ModelWriter;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.runtime.BundledModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein convert}: any model file as HDF5. */
@Command(name = "convert", mixinStandardHelpOptions = true,
        header = "Writes a model as one HDF5 file.",
        description = "Writes a model as one HDF5 file: tensors as they are, and the files beside"
            + " them. Every verb takes it; so do h5py and h5dump.",
        footer = {"", "JSON: file, tensors, fileBytes."})
public final class ConvertCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "GGUF file or Hugging Face folder.")
    private String model;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true,
            description = "File to write; replaced only when it is complete.")
    private Path output;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public ConvertCommand() {}

    @Override
    public Integer call() throws Exception {
        try (Model opened = Model.open(BundledModel.resolve(model))) {
            if (opened.scheme().isPresent()) {
                throw new IllegalArgumentException(model + " is compressed as "
                        + opened.scheme().get() + ": all verbs take it as it is");
            }
            var source = opened.source().orElseThrow(() -> new IllegalArgumentException("model "
                    + model + " has no weights to convert"));
            Hdf5ModelWriter.write(output, source, opened.header().files());
            ObjectNode json = Console.newObject();
            json.put("file", output.toString());
            json.put("tensors", source.tensors().size());
            json.put("fileBytes", Files.size(output));
            console.result("%s: %,d tensors of %s, %,d bytes", output, source.tensors().size(),
                    opened.config().name(), Files.size(output));
            console.object(json);
        }
        return 0;
    }
}
