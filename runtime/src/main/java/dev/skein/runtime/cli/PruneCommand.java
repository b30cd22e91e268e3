package dev.skein.runtime.cli;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.Sparsity;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein prune}: a compressed checkpoint with fewer weights. */
@Command(name = "prune", mixinStandardHelpOptions = true,
        header = "Writes a model with fewer weights.",
        description = "Writes a compressed checkpoint of which each block of 16 x 16 weights keeps"
            + " only some of each row; otherwise as skein quantize.",
        footer = {"", "JSON: as skein quantize."})
public final class PruneCommand implements Callable<Integer> {
    @Option(names = "--weights", paramLabel = "SCHEME", defaultValue = "w8@8:16",
            description = "Sparse weight format: N of 16 as in w8@8:16 (2, 4, 8, 12), w4@2:4, or a"
                    + " density as in w8@0.5 (default: ${DEFAULT-VALUE}).")
    private String weights;

    @Mixin
    private SaveCompressed save;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public PruneCommand() {}

    @Override
    public Integer call() throws Exception {
        QuantScheme scheme = QuantScheme.parse(weights);
        if (scheme.body().blocks().sparsity().equals(Sparsity.DENSE)) {
            throw new IllegalArgumentException("--weights " + weights + " keeps all weights: add"
                    + " @8:16 or the like, or use skein quantize");
        }
        save.run(scheme, console);
        return 0;
    }
}
