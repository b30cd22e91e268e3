/** OpenCL devices: what there is and how fast it is. None of them runs a model yet. */
package dev.skein.runtime.backend.opencl;
