/**
 * Co-simulation: hardware descriptions of {@code hls} compiled to native code and called through
 * {@code dev.skein.ffi}, to be compared with the simulators bit by bit and cycle by cycle.
 */
package dev.skein.sim.rtl;
