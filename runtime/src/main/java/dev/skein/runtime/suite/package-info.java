/**
 * What a GPU is measured with, in one run: {@link dev.skein.runtime.suite.DecodeSuite} measures
 * memory, matrix products at the shapes of a model, its steps, and whether the bits are right;
 * {@link dev.skein.runtime.suite.SuiteFile} is what is written and read of it, and
 * {@link dev.skein.runtime.suite.ReachFit} takes the constants of the timing model from one half of
 * that, so that the other half says how good the model is.
 */
package dev.skein.runtime.suite;
