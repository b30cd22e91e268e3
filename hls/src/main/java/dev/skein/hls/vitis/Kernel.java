package dev.skein.hls.vitis;

/**
 * A build of the core's sources. Cores with unlike numbers of memory channels need unlike kernels:
 * a port is an argument of the kernel's function, and one that is left over would be linked to some
 * bank by default and take an AXI port of the memory.
 *
 * @param name of the function and of the kernel
 * @param hbmChannels ports {@code hbm0, hbm1, ...}
 * @param paramChannels ports {@code param0, ...} that are used; none if parameters lie with the
 *     weights
 * @param peers other cores, so streams {@code tx0, ...} to and {@code rx0, ...} from them
 */
public record Kernel(String name, int hbmChannels, int paramChannels, int peers) {}
