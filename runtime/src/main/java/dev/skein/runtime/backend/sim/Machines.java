package dev.skein.runtime.backend.sim;

import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.DeviceMemory;

/** A way to execute programs: makes the machine of each program of an executable. */
public interface Machines {

    /** A machine for a program on the memory that all programs of the executable share. */
    Machine machine(VerifiedProgram program, DeviceMemory memory);
}
