/**
 * How Java reaches native devices: one small facade per library over
 * {@code java.lang.foreign}, each in a sub-package of its own.
 */
package dev.skein.ffi;
