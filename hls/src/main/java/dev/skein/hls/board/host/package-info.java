/**
 * Hosts: a GPU, the memory beside it and the links between them. One data file each ({@code
 * NAME.properties} beside this package, or any path), read with the reader of the boards.
 */
package dev.skein.hls.board.host;
