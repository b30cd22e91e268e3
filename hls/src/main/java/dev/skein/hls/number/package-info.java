/**
 * Number formats: a row a format (block, bits, scale, packing order) with a scalar, bit-exact
 * codec.
 *
 * <p>{@link dev.skein.hls.number.BlockFormat} holds the formats found in foreign model files.
 */
package dev.skein.hls.number;
