package dev.skein.runtime.cli;

import dev.skein.compiler.compress.QuantScheme;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein quantize}: a compressed checkpoint of a model. */
@Command(name = "quantize", mixinStandardHelpOptions = true,
        header = "Writes a model with its weights in few bits.",
        description = "Writes a compressed checkpoint: a folder of config.json, tokenizer and"
            + " model.safetensors with packed weights, which every verb takes as a model and reads"
            + " back to the bit.",
        footer = {"", "JSON: folder, weights, method, bytes (of the tensors), relativeError (norm"
            + " of the change of the weights over theirs), wallMillis."})
public final class QuantizeCommand implements Callable<Integer> {
    @Option(names = "--weights", paramLabel = "SCHEME", defaultValue = "w4",
            description = "Weight format, such as w4, w3g32, mixed3.5 or w4@8:16/w8 (default:"
                    + " ${DEFAULT-VALUE}).")
    private String weights;

    @Mixin
    private SaveCompressed save;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public QuantizeCommand() {}

    @Override
    public Integer call() throws Exception {
        save.run(QuantScheme.parse(weights), console);
        return 0;
    }
}
