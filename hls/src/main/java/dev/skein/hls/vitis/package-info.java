/**
 * From a board file to a folder in which AMD's Vitis tools build its bitstream: which bank and
 * which other core every port of a core is wired to ({@link dev.skein.hls.vitis.Connectivity}), and
 * the folder with sources, configuration, make file and scripts
 * ({@link dev.skein.hls.vitis.BuildFolder}). All of it follows from the board file alone; that an
 * artifact fits what was built is the runtime's question. {@code docs/alveo.md} says how to use the
 * folder and what of it has never been run.
 */
package dev.skein.hls.vitis;
