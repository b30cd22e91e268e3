package dev.skein.runtime.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skein version}: the version of Skein, of Java and of the platform. */
@Command(
        name = "version",
        header = "Prints the version of Skein, of Java and of the platform.",
        mixinStandardHelpOptions = true)
public final class VersionCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Creates the command; picocli does so and fills in its model. */
    public VersionCommand() {}

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (String line : new Version().getVersion()) {
            out.println(line);
        }
        out.flush();
    }
}
