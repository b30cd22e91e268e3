/**
 * What a simulated step did and when, as files: a timeline for Perfetto (Chrome's JSON trace event
 * format) and a table with a row an instruction. The cycle machine tells a
 * {@link dev.skein.sim.trace.StepObserver} as it goes; without one it does nothing for it.
 *
 * <h2>Timeline</h2>
 * A process a core with a track a unit (LD and ST: the cycles in which an instruction is the oldest
 * that still moves data, so that slices of a track never overlap; SYNC: waiting for the other cores
 * is a slice of its own), a track for what the sequencer waited for, and counters of how busy MPE
 * and SFU were. A process a kind of memory with a track a channel, named by its number on the card
 * (requests whose data follows without a gap are one slice) and a counter of GB/s. Times are
 * simulated time in microseconds; steps follow each other.
 *
 * <h2>Table</h2>
 * Comma-separated, one header line: step, core, unit, index (in the stream), opcode, start, moved
 * (data moved or work done), end (cycles from the start of the step), bytes, macs, then the cycles
 * of the unit that are charged to the instruction: busy, wait_memory, wait_peer, wait_token,
 * token_from, wait_dispatch, wait_fetch. With the idle cycles after the last instruction they sum
 * to the cycles of the step.
 */
package dev.skein.sim.trace;
