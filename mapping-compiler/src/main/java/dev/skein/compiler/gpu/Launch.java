package dev.skein.compiler.gpu;

import java.util.List;
import java.util.Objects;

/**
 * A kernel launch.
 *
 * @param kernel its name in the source
 * @param grid its work items
 * @param arguments in order
 */
public record Launch(String kernel, Grid grid, List<Argument> arguments) {
    /** Copies the list. */
    public Launch {
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(grid, "grid");
        arguments = List.copyOf(arguments);
    }
}
