package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import java.util.List;

/** The event-level model of a drive; the package documentation has its rules. */
public final class DriveMachine {
    private final Drive drive;
    private final FaultPlan faults;

    /** A drive in which nothing goes wrong. */
    public DriveMachine(Drive drive) {
        this(drive, FaultPlan.NONE);
    }

    /** A drive in which goes wrong what a plan says. */
    public DriveMachine(Drive drive, FaultPlan faults) {
        this.drive = drive;
        this.faults = faults;
    }

    /**
     * Runs commands on an idle drive; the host submits them in order.
     *
     * @throws DriveFaultException if a fault of the plan keeps a command from being completed
     */
    public DriveReport run(List<Command> commands) {
        return new DriveRun(drive, faults, commands).run();
    }
}
