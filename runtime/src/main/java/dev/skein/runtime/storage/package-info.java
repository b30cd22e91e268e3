/** Simulation of a GPU with drives: plans of the compiler timed by the simulator's drives. */
package dev.skein.runtime.storage;
