package dev.skein.runtime.verify;

import dev.skein.compiler.artifact.Executable;
import dev.skein.ffi.Answer;
import dev.skein.hls.board.Board;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.device.Accelerator;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** An execution that is compared with the functional simulator. */
public interface Target {

    /** As on the command line: {@code hls}. */
    String name();

    /** What it is, for people. */
    String description();

    /** The device it is, where it is one that models are loaded on. */
    default Optional<DeviceChoice> device() {
        return Optional.empty();
    }

    /**
     * The execution, or one sentence that says what is missing and what to run.
     *
     * @throws IOException if the model cannot be read
     */
    Answer<Execution> open(Subject subject) throws IOException;

    /**
     * What is compared.
     *
     * @param executable the compiled model
     * @param board it is compiled for
     * @param other loads the same model on other devices, which compile it for themselves
     */
    record Subject(Executable executable, Board board, Loading other) {}

    /** Loads a model on a device. */
    @FunctionalInterface
    interface Loading {
        /** @throws IOException if the model cannot be read */
        LoadedModel on(DeviceChoice device) throws IOException;
    }

    /**
     * The model on a target.
     *
     * @param accelerator of an empty sequence
     * @param resources releases what the device needs besides itself
     * @param remark what else has been checked so far, for people
     */
    record Execution(Accelerator accelerator, Runnable resources,
            Supplier<Optional<String>> remark) implements AutoCloseable {
        /** One that needs nothing besides the device. */
        public Execution(Accelerator accelerator) {
            this(accelerator, () -> { });
        }

        /** One that checks nothing else. */
        public Execution(Accelerator accelerator, Runnable resources) {
            this(accelerator, resources, Optional::empty);
        }

        @Override
        public void close() {
            try {
                accelerator.close();
            } finally {
                resources.run();
            }
        }
    }
}
