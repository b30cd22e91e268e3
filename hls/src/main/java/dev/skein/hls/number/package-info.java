/**
 * Number formats: a row a format (block, bits, scale, packing order) with a scalar, bit-exact
 * codec.
 *
 * <p>{@link dev.skein.hls.number.BlockFormat} holds the formats found in foreign model files,
 * {@link dev.skein.hls.number.PackedRows} the layout of dense weights on the device,
 * {@link dev.skein.hls.number.StripRows} that of sparse and mixed-width ones, and
 * {@link dev.skein.hls.number.Sfu} the arithmetic that every execution has to reproduce.
 * {@link dev.skein.hls.number.DriveAttention} is attention inside a storage drive,
 * {@link dev.skein.hls.number.KvPages} the layout of the cache there.
 */
package dev.skein.hls.number;
