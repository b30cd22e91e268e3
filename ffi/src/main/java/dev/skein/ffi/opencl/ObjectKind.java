package dev.skein.ffi.opencl;

/** What the {@link dev.skein.ffi.AllocationLedger} counts. */
public enum ObjectKind {
    /** {@code cl_context}. */
    CONTEXT,
    /** {@code cl_command_queue}. */
    QUEUE,
    /** {@code cl_program}. */
    PROGRAM,
    /** {@code cl_kernel}. */
    KERNEL,
    /** {@code cl_mem}. */
    BUFFER,
    /** {@code cl_event}. */
    EVENT,
    /** Memory of the host that a device reads or writes while the host goes on. */
    HOST_MEMORY
}
