/**
 * The drive's NVMe-like command set: commands of 64 bytes, completions of 16, and the controller
 * between them and the drive. The layout is in docs/csd.md.
 */
package dev.skein.sim.csd.nvme;
