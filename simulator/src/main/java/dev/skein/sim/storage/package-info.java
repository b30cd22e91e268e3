/** Drives in time. */
package dev.skein.sim.storage;
