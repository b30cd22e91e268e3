/**
 * The functional machine: executes a program on real data, bit for bit by the numeric contract
 * ({@code docs/numbers.md}), without any notion of time.
 *
 * <p>{@link dev.skein.sim.functional.Sequencer} walks a core's stream,
 * {@link dev.skein.sim.functional.Execution} does one instruction on the memories and buffers, and
 * {@link dev.skein.sim.functional.FunctionalMachine} runs all cores from barrier to barrier. The
 * timing machines use the first two and keep their own clock.
 */
package dev.skein.sim.functional;
