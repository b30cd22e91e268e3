package dev.skein.ffi.cuda;

/** What the {@link dev.skein.ffi.AllocationLedger} counts. */
public enum ObjectKind {
    /** A use of a device's primary context. */
    CONTEXT,
    /** Memory of a device. */
    BUFFER,
    /** Code of a device. */
    MODULE,
    /** An order of work. */
    STREAM,
    /** A mark in a stream. */
    EVENT,
    /** Launches that run by one call. */
    GRAPH
}
