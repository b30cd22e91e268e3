package dev.skein.ffi.opencl;

import java.util.List;

/**
 * A vendor's implementation of OpenCL.
 *
 * @param name its name
 * @param vendor who made it
 * @param version for example {@code OpenCL 3.0 PoCL 3.1}
 * @param devices its devices, maybe none
 */
public record Platform(String name, String vendor, String version, List<Device> devices) {

    /** Keeps a copy of the list. */
    public Platform {
        devices = List.copyOf(devices);
    }
}
