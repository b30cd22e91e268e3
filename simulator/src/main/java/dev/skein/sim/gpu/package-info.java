/**
 * GPUs on a roofline for each class of kernels. A step is a list of {@link
 * dev.skein.sim.gpu.Kernel}s that follow each other in one stream; a kernel takes the launch gap
 * and the longest of three times: its bytes at the part of the memory bandwidth that its class
 * reaches, its products on the tensor cores, and its instructions on the other units. {@link
 * dev.skein.sim.gpu.Roofline} has the formulas, the GPU file the constants, {@code docs/gpu.md}
 * what is known of their truth. No kernel overlaps another; caches keep nothing from one kernel to
 * the next.
 */
package dev.skein.sim.gpu;
