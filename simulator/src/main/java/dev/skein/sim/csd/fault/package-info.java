/** What can go wrong in a functional drive: statuses, the exception with them, seeded faults. */
package dev.skein.sim.csd.fault;
