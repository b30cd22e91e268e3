package dev.skein.runtime.cli;

import dev.skein.runtime.DeviceChoice;
import java.util.List;
import picocli.CommandLine;

/** Options that say something of a board, and nothing of a device that runs kernels. */
final class BoardOnly {
    private static final List<String> OPTIONS = List.of("--target", "--lengths", "--timing");

    private BoardOnly() {
    }

    /**
     * Refuses them.
     *
     * @param command as it was parsed
     * @throws CommandLine.ParameterException if one was given in vain
     */
    static void refuse(CommandLine command, DeviceChoice device) {
        if (!device.kind().runsKernels()) {
            return;
        }
        for (String option : OPTIONS) {
            if (command.getParseResult().hasMatchedOption(option)) {
                throw new CommandLine.ParameterException(command, option + " is of boards, and"
                        + " --device " + device + " is none: leave it out, or take --device sim");
            }
        }
    }
}
