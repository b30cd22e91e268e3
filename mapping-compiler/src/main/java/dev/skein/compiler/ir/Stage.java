package dev.skein.compiler.ir;

import java.util.Locale;

/** How far a graph has been lowered; says which ops and attributes are legal in it. */
public enum Stage {
    /** Binary32 tensors, as the model was published. */
    TENSOR,
    /** Every linear layer has a weight format; activations and KV cache are int8 where read. */
    QUANTISED,
    /** Every value has a distribution over the cores; gathers are explicit. */
    PLACED,
    /** The order of the ops is the order of execution. */
    SCHEDULED;

    /** Whether this stage is {@code other} or a later one. */
    public boolean atLeast(Stage other) {
        return compareTo(other) >= 0;
    }

    /** Lower-case name, as in the text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
