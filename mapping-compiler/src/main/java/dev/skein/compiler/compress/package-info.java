/**
 * Weights in few bits. {@link dev.skein.compiler.compress.WeightFormat} says how a matrix is
 * stored, {@link dev.skein.compiler.compress.QuantScheme} which layer gets what, {@link
 * dev.skein.compiler.compress.QuantisedMatrix} is the result.
 *
 * <p>{@link dev.skein.compiler.compress.Compressor} knows nothing but the weights; {@link
 * dev.skein.compiler.compress.SecondOrder} also knows the {@link
 * dev.skein.compiler.compress.Moments} of a layer's inputs. Sizes and times follow from the format
 * and the shape alone ({@link dev.skein.compiler.compress.BlockMix}).
 */
package dev.skein.compiler.compress;
