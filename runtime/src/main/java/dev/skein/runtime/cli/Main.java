package dev.skein.runtime.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry point of the {@code skein} command line. */
@Command(
        name = "skein",
        description = {"Compiles a compressed LLM for very different accelerators and runs it, or"
            + " simulates the ones you do not own, cycle by cycle."},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {DemoCommand.class, RunCommand.class, CompileCommand.class,
            InspectCommand.class, SimulateCommand.class, PerplexityCommand.class,
            AttentionCommand.class,
            CompareCommand.class, ParetoCommand.class, PruneCommand.class,
            QuantizeCommand.class, ConvertCommand.class, BenchCommand.class,
            DevicesCommand.class, ResourcesCommand.class, ExploreCommand.class,
            VitisCommand.class, ValidateCommand.class, VerifyCommand.class, DoctorCommand.class,
            VersionCommand.class, CsdCommand.class, DeployCommand.class,
            AutoComplete.GenerateCompletion.class},
        footer = {"",
            "Begin with:",
            "  skein demo                       a model writes text on a simulated Alveo U280",
            "  skein run MODEL -p \"...\"         the same with your model",
            "  skein simulate --model llama2-7b --target u280 --context 128",
            "                                   how fast a card would be, without weights",
            "",
            "Exit codes: 0 done, 1 input that cannot be used, 2 wrong command line."})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the command line without the program's name
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line with every verb; tests ask it what exists. */
    static CommandLine commandLine() {
        var errors = new UserErrors();
        CommandLine line = new CommandLine(new Main());
        line.getSubcommands().values().forEach(Main::setVersion);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .setUsageHelpAutoWidth(true);
    }

    private static void setVersion(CommandLine verb) {
        verb.getCommandSpec().versionProvider(new Version());
        verb.getSubcommands().values().forEach(Main::setVersion);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new CommandLine.ParameterException(spec.commandLine(), "no verb");
    }
}
