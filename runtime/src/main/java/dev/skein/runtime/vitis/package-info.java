/**
 * Whether an artifact fits the bitstream of a board, and what it puts into which memory bank. What
 * depends on the board alone is in {@link dev.skein.hls.vitis}.
 */
package dev.skein.runtime.vitis;
