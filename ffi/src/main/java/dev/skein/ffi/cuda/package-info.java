/**
 * CUDA's driver API for Java, small and safe, by hand over {@code java.lang.foreign}. {@link
 * dev.skein.ffi.cuda.Cuda#open()} says whether this machine has it and lists devices; a {@link
 * dev.skein.ffi.cuda.Context} on one of them owns everything that is made on it.
 *
 * <pre>{@code
 * try (Context context = device.createContext()) {
 *     Stream stream = context.createStream();
 *     Buffer x = context.createBuffer(4 * n);
 *     x.write(0, floats);
 *     Kernel scale = context.load(ptx).kernel("scale");
 *     stream.launch(scale, Grid.of(n, 256), arguments -> arguments.buffer(x).number(2f));
 *     stream.finish();
 *     x.read(0, floats);
 * }
 * }</pre>
 *
 * <p>Ownership: a context owns streams, events, buffers and modules; closing it waits for the
 * device and closes them first, newest first. All of a context is confined to the thread that made
 * it. Using what is closed, or from another thread, or of another context, is refused here, before
 * a driver sees it. What CUDA refuses is a {@link dev.skein.ffi.cuda.CudaException} with the call,
 * the name of its code and the arguments. {@link dev.skein.ffi.cuda.Nvrtc} compiles CUDA C.
 *
 * <p>Launches go through {@code cuLaunchKernelEx}, so a driver of CUDA 12 or newer is needed; an
 * older one is an answer of {@code open}. A kernel that reads or writes outside of its buffers, or
 * takes other arguments than it is given, is beyond what this package can prevent. It was tested
 * against a stand-in for the driver alone, on no GPU (docs/gpu.md).
 */
package dev.skein.ffi.cuda;
