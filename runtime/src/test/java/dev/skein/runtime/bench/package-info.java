/**
 * JMH benchmarks of the compiler and the simulators; {@code docs/benchmarks.md} says how to run
 * them and what they gave. Nothing here is a test.
 */
package dev.skein.runtime.bench;
