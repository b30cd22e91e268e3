package dev.skein.ffi.opencl;

/** What kind of machine a device says it is. */
public enum DeviceType {
    /** A graphics processor. */
    GPU,
    /** The processor of the host. */
    CPU,
    /** Something made for computing, such as an FPGA card. */
    ACCELERATOR,
    /** Anything else. */
    OTHER
}
