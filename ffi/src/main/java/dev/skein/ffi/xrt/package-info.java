/**
 * Alveo cards through the C API of XRT ({@code xrt_device.h}, {@code xrt_bo.h},
 * {@code xrt_kernel.h}), bound with {@code java.lang.foreign}.
 *
 * <p>XRT ends its process where it does not like its environment or a file: an exception of C++
 * that nobody catches, or an access to no memory. So it never runs in the JVM of the caller. {@link
 * dev.skein.ffi.xrt.Xrt} looks for an installation and prepares an environment; {@link
 * dev.skein.ffi.xrt.Card} starts a small JVM, {@link dev.skein.ffi.xrt.XrtChild}, that makes the
 * native calls and is told of them in frames ({@link dev.skein.ffi.xrt.Request}). If it dies, the
 * next call says so in one sentence, and the system has closed the card's handle. A watchdog kills
 * it when a call takes longer than its limit.
 *
 * <p>Buffers, kernels and runs have the card as their owner, which closes them in the order that
 * XRT needs; a ledger counts them.
 */
package dev.skein.ffi.xrt;
