/**
 * What would happen on the device: bit by bit in the functional machine, cycle by cycle in the
 * timing models. The simulator runs encoded programs and does not know the compiler.
 */
package dev.skein.sim;
