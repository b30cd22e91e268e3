/**
 * Flash as files: pages that are programmed once and in order, blocks that are erased as a whole,
 * 64 bytes out of band a page. Format and rules: docs/csd.md.
 */
package dev.skein.sim.csd.flash;
