/**
 * An Alveo card behind XRT: the artifact's images in the banks that the bitstream wires to each
 * core, instruction streams and the description of a step beside them, and the host's loop. What
 * XRT's no-op shim stands for computes nothing, and is treated as such.
 */
package dev.skein.runtime.backend.xrt;
