/**
 * Models on simulated GPUs: the kernels that a step of a model launches, from its shape and its
 * weight scheme alone, and what a GPU takes for them. {@code docs/gpu.md} states the fusion.
 */
package dev.skein.runtime.gpu;
