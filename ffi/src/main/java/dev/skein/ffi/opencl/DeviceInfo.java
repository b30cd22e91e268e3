package dev.skein.ffi.opencl;

import java.util.Set;

/**
 * What a device says about itself.
 *
 * @param name its name
 * @param vendor who made it
 * @param version of OpenCL, as the device words it
 * @param driverVersion of the vendor's software
 * @param openClCVersion of the kernel language
 * @param type what it is
 * @param computeUnits how many work groups run at once
 * @param clockMHz highest clock, 0 if the device does not say
 * @param globalMemoryBytes its memory
 * @param maxBufferBytes the largest single buffer
 * @param localMemoryBytes memory of a work group
 * @param maxGroupItems work items of the largest group
 * @param compiler whether it compiles kernels from source
 * @param exactSingle whether binary32 is that of IEEE 754: subnormals, rounding to nearest even,
 *     division and square root correctly rounded where a program asks for it
 * @param extensions names of vendor and Khronos extensions
 */
public record DeviceInfo(String name, String vendor, String version, String driverVersion,
        String openClCVersion, DeviceType type, int computeUnits, int clockMHz,
        long globalMemoryBytes, long maxBufferBytes, long localMemoryBytes, long maxGroupItems,
        boolean compiler, boolean exactSingle, Set<String> extensions) {

    /** Keeps a copy of the set. */
    public DeviceInfo {
        extensions = Set.copyOf(extensions);
    }

    /** Whether kernels may compute with binary16, an extension of OpenCL C. */
    public boolean hasHalf() {
        return extensions.contains("cl_khr_fp16");
    }

    /** Whether kernels may compute with binary64. */
    public boolean hasDouble() {
        return extensions.contains("cl_khr_fp64");
    }
}
