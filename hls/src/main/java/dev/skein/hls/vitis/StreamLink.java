package dev.skein.hls.vitis;

/**
 * An AXI stream from one core to another.
 *
 * @param from sending compute unit
 * @param out its port
 * @param to receiving compute unit
 * @param in its port
 * @param depth entries of the FIFO between them
 */
public record StreamLink(ComputeUnit from, String out, ComputeUnit to, String in, int depth) {}
