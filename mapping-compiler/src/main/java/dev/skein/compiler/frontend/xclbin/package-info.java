/**
 * Reads and writes AXLF containers, the {@code .xclbin} files that XRT loads on a card: header,
 * sections, memory topology, compute units, connectivity, clocks, and the XML and JSON that v++
 * puts beside the bitstream. Layout as in XRT's {@code xclbin.h} (Apache 2.0), little-endian.
 *
 * <p>They are foreign files, so the rules of {@link dev.skein.compiler.frontend} hold: an answer,
 * or one {@link dev.skein.compiler.frontend.FormatException} of one line. The writer makes
 * containers without a design, for XRT's no-op shim and for tests; no bitstream is ever made here.
 */
package dev.skein.compiler.frontend.xclbin;
