/**
 * OpenCL 1.2 for Java, small and safe. {@link dev.skein.ffi.opencl.OpenCl#open()} says whether
 * this machine has it and lists devices; a {@link dev.skein.ffi.opencl.Context} on one of them owns
 * everything that is made on it.
 *
 * <pre>{@code
 * try (Context context = device.createContext()) {
 *     CommandQueue queue = context.createQueue();
 *     Buffer x = context.createBuffer(4 * n);
 *     queue.write(floats, x, 0);
 *     Kernel scale = context.build("scale.cl", source).createKernel("scale");
 *     queue.launch(scale.set(0, x).setFloat(1, 2f), NdRange.of(n));
 *     queue.read(x, 0, floats);
 * }
 * }</pre>
 *
 * <p>Ownership: a context owns queues, buffers, host memory and programs, a program its kernels, a
 * queue its events. Closing one closes what it owns first; queues are finished before anything
 * goes. All of a context is confined to the thread that made it. Using what is closed, or from
 * another thread, or of another context, is a mistake of the program and refused here, before a
 * driver sees it. What OpenCL refuses is an {@link dev.skein.ffi.opencl.OpenClException}, which
 * carries the call, the name of its code and the arguments, and the compiler's log where there is
 * one. Extensions are used by none of this; {@link dev.skein.ffi.opencl.DeviceInfo#extensions}
 * lets kernels ask first.
 *
 * <p>Two bindings stand below: {@code java.lang.foreign} with the code that jextract generated
 * ({@code dev.skein.ffi.opencl.generated}), and JOCL, as an independent check
 * ({@link dev.skein.ffi.opencl.Binding}). A kernel that reads or writes outside its buffers is
 * beyond what this package can prevent.
 */
package dev.skein.ffi.opencl;
