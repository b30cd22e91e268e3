/** OpenCL devices: what there is, how fast it is, and models on them. */
package dev.skein.runtime.backend.opencl;
