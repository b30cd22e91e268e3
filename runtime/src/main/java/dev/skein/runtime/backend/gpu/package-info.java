/**
 * Runs a {@link dev.skein.compiler.gpu.KernelPlan} on whatever runs kernels:
 * {@link dev.skein.runtime.backend.gpu.GpuDevice} is all that a library has to offer for it.
 */
package dev.skein.runtime.backend.gpu;
