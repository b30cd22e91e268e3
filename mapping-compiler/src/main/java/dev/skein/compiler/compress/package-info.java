/**
 * Weight compression: the formats, the quantiser with its scale search, and its error figures.
 * Plain numbers in and out; knows nothing of graphs.
 */
package dev.skein.compiler.compress;
