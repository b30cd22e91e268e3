/**
 * The trust boundary: the only package that reads foreign model files.
 *
 * <p>Whatever the bytes, a reader either succeeds or throws {@link
 * dev.skein.compiler.frontend.FormatException}, whose message is one line: file, offset, field,
 * what was found, what is allowed, what to do. Every length is compared with the bytes that remain
 * before anything is allocated; every sum and product is exact; counts and depths are bounded by
 * {@link dev.skein.compiler.frontend.ReaderLimits}. ({@link java.io.IOException} is left for the
 * file system: missing file, no permission.)
 *
 * <p>Tensors of every format are reached through {@link dev.skein.compiler.frontend.TensorSource}.
 */
package dev.skein.compiler.frontend;
