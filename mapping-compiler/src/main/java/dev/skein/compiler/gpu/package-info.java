/**
 * From a quantised graph to the kernel launches of a GPU, or of anything that runs OpenCL C 1.2.
 * {@link dev.skein.compiler.gpu.KernelPlanner} makes a {@link dev.skein.compiler.gpu.KernelPlan}:
 * buffers, what they hold, and launches whose arguments are data, with position and tokens of a
 * step as parameters, so that one plan serves every length. {@link
 * dev.skein.compiler.gpu.KernelSources} has the kernels. What they compute is the numeric contract
 * of {@code docs/numbers.md}, to the bit.
 */
package dev.skein.compiler.gpu;
