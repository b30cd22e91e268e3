package dev.skein.runtime.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code skein} command line. */
@Command(
        name = "skein",
        description = "Compiles a compressed LLM for very different accelerators and runs it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = VersionCommand.class)
public final class Main {

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
        return new CommandLine(new Main());
    }
}
