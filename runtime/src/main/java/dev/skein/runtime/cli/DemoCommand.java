package dev.skein.runtime.cli;

import dev.skein.runtime.BundledModel;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein demo}: the bundled model writes a story on a simulated U280. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        header = "The bundled model writes a story on a simulated Alveo U280.",
        description = "The bundled model, compiled for a simulated Alveo U280 at W4A8, writes a"
            + " story cycle by cycle. The same as: skein run tales --weights w4. Its sparse"
            + " variant is tales-sparse; skein compare puts both side by side.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", defaultValue = "Once upon a time",
            description = "Text to continue (default: ${DEFAULT-VALUE}).")
    private String prompt;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "256",
            description = "Most tokens to generate (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--temp", paramLabel = "T", defaultValue = "0",
            description = "Temperature; 0 takes the likeliest token (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1",
            description = "Seed of the sampler (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws Exception {
        console.note("Compiling the bundled model for a simulated Alveo U280 (int4 weights,"
                + " int8 activations) and writing:%n");
        String[] args = {"run", BundledModel.TALES, "--weights", "w4", "-p", prompt, "-n",
            String.valueOf(tokens), "--temp", String.valueOf(temperature), "--seed",
            String.valueOf(seed)};
        return inherit(Main.commandLine()).execute(console.json() ? append(args, "--json") : args);
    }

    private CommandLine inherit(CommandLine line) {
        return line.setOut(console.out()).setErr(console.err());
    }

    private static String[] append(String[] args, String last) {
        String[] out = Arrays.copyOf(args, args.length + 1);
        out[args.length] = last;
        return out;
    }
}
