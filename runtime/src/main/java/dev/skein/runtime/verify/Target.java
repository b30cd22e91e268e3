package dev.skein.runtime.verify;

import dev.skein.ffi.Answer;
import dev.skein.runtime.backend.sim.Machines;
import java.util.Optional;

/** An execution that is compared with the functional simulator. */
public interface Target {

    /** As on the command line: {@code hls}. */
    String name();

    /** What it is, for people. */
    String description();

    /** The machines, or one sentence that says what is missing and what to run. */
    Answer<Machines> open();

    /** Releases what {@link #open} took, and says what else has been checked, for people. */
    default Optional<String> close() {
        return Optional.empty();
    }
}
