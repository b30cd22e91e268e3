/**
 * GPUs as a roofline sees them. One data file each ({@code NAME.properties} beside this package,
 * or any path), read with the reader of the boards; each value names its source.
 */
package dev.skein.hls.board.gpu;
