/**
 * Calibration: the model writes texts itself ({@link dev.skein.compiler.calibrate.SampledText}),
 * so that no text that a result is measured on can have been looked at before.
 */
package dev.skein.compiler.calibrate;
