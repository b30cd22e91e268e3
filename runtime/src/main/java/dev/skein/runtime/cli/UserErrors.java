package dev.skein.runtime.cli;

import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.ir.GraphException;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.isa.ProgramException;
import dev.skein.runtime.device.DeviceException;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.fpga.SimulationException;
import dev.skein.sim.rtl.CoSimulationException;
import dev.skein.sim.storage.DriveFaultException;
import dev.skein.sim.storage.step.PlacementException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** Turns what went wrong into one line and an exit code: 1, or 2 for a wrong command line. */
final class UserErrors implements CommandLine.IExecutionExceptionHandler,
        CommandLine.IParameterExceptionHandler {

    /** Exit code for input that cannot be used. */
    static final int FAILED = 1;

    /** Exit code for a command line that cannot be used. */
    static final int USAGE = 2;

    @Override
    public int handleExecutionException(Exception e, CommandLine command,
            CommandLine.ParseResult parsed) {
        if (e instanceof CommandLine.ParameterException p) {
            return handleParseException(p, null);
        }
        command.getErr().println("skein: " + line(e));
        if (verbose(parsed)) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return FAILED;
    }

    @Override
    public int handleParseException(CommandLine.ParameterException e, String[] args) {
        var err = e.getCommandLine().getErr();
        err.println("skein: " + oneLine(e.getMessage()) + " (try: "
                + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
        err.flush();
        return USAGE;
    }

    private static boolean verbose(CommandLine.ParseResult parsed) {
        for (var p = parsed; p != null; p = p.hasSubcommand() ? p.subcommand() : null) {
            if (p.hasMatchedOption("-v")) {
                return true;
            }
        }
        return false;
    }

    /** The message of an expected failure; for others also what they are and how to see more. */
    private static String line(Exception e) {
        return switch (e) {
            case NoSuchFileException f -> f.getMessage().contains(":") ? oneLine(f.getMessage())
                    : f.getFile() + ": no such file";
            case AccessDeniedException f -> f.getFile() + ": access denied";
            case FormatException _, FpgaException _, GraphException _, BoardException _,
                    ProgramException _, SimulationException _, CoSimulationException _,
                    DeviceException _, DriveException _, PlacementException _,
                    DriveFaultException _, IllegalArgumentException _,
                    IOException _, UncheckedIOException _ ->
                    oneLine(String.valueOf(e.getMessage()));
            default -> "internal error, please report it with the output of the same command and"
                    + " -v: " + oneLine(e.toString());
        };
    }

    private static String oneLine(String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
