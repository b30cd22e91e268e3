/**
 * Drives: flash, its controllers, the link to the host and, in a drive that computes, the attention
 * engine. A drive is a board of another kind: one data file ({@code NAME.properties} beside this
 * package, or any path), read with the reader of the boards. The timing rules that use these
 * numbers are in the simulator's storage package.
 *
 * <p>"Channel" is a flash channel everywhere; the 128 values of a head that one of the two copies
 * of the keys is indexed by are called entries.
 */
package dev.skein.hls.board.drive;
