package dev.skein.ffi.opencl;

/** A native object as its {@link Driver} knows it; each driver has its own type. */
interface Handle {}
