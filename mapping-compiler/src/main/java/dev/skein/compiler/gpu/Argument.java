package dev.skein.compiler.gpu;

/** An argument of a kernel. */
public sealed interface Argument {

    /** A buffer of the plan, by index. */
    record Memory(int buffer) implements Argument {}

    /** An {@code int} or {@code bool}. */
    record Whole(int value) implements Argument {}

    /** A {@code ulong}. */
    record Large(long value) implements Argument {}

    /** A {@code float}. */
    record Real(float value) implements Argument {}

    /** An {@code int} that the step decides. */
    record Variable(Count value) implements Argument {}

    /** Local memory, of so many bytes for each item of a group. */
    record Local(int bytesPerItem) implements Argument {}
}
