/**
 * Boards: what a card offers to a program and what each thing costs in kernel clock cycles. A board
 * is one data file ({@code NAME.properties} beside this package, or any path); adding one needs no
 * Java, see {@code docs/adding-a-board.md}. The timing rules that use these numbers are in the
 * simulator's memory and fpga packages.
 */
package dev.skein.hls.board;
