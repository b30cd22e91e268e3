/**
 * A computational storage drive, functionally: files laid out as flash, a translation layer for the
 * groups of a KV cache, attention inside ({@link dev.skein.sim.csd.CsdDrive}). What is guaranteed
 * and how it is tested: docs/csd.md. How long a drive takes is {@link dev.skein.sim.storage}.
 */
package dev.skein.sim.csd;
