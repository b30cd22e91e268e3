package dev.skein.hls.vitis;

import dev.skein.hls.board.Banks;

import java.util.List;

/**
 * A core on the card: one instance of a kernel.
 *
 * @param name {@code skein_core_1} for core 0
 * @param kernel the kernel it is an instance of
 * @param core its number in programs
 * @param slr where it is placed
 * @param ports its memory ports
 */
public record ComputeUnit(String name, Kernel kernel, int core, int slr, List<Port> ports) {

    /** Copies the list. */
    public ComputeUnit {
        ports = List.copyOf(ports);
    }

    /**
     * An AXI master.
     *
     * @param name argument of the kernel
     * @param banks what it reaches
     * @param shared whether other ports may reach the same banks
     */
    public record Port(String name, Banks banks, boolean shared) {}
}
