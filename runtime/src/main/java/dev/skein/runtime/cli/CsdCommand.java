package dev.skein.runtime.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skein csd}: drives that keep the cache and attend to it, as folders of files. */
@Command(name = "csd", mixinStandardHelpOptions = true,
        header = "Makes, shows and checks computational storage drives in files.",
        description = "A drive is a folder with a file for each flash channel. It keeps keys and"
            + " values and attends to them: docs/csd.md.",
        subcommands = {CsdFormatCommand.class, CsdInspectCommand.class, CsdFsckCommand.class})
public final class CsdCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Created by picocli. */
    public CsdCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(),
                "skein csd needs one of: format, inspect, fsck");
    }
}
