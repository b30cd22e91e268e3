/**
 * How Java reaches native devices: {@link dev.skein.ffi.NativeLibrary} over
 * {@code java.lang.foreign}, and one small facade per library, each in a sub-package of its own.
 */
package dev.skein.ffi;
