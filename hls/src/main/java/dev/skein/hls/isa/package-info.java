/**
 * The instruction set: one table ({@link dev.skein.hls.isa.Opcode}), typed views
 * ({@link dev.skein.hls.isa.Instruction}), the program that is loaded on a device
 * ({@link dev.skein.hls.isa.Program}) and what each instruction touches
 * ({@link dev.skein.hls.isa.Footprint}).
 *
 * <p>A core (one per SLR) has five units with an in-order queue each; a sequencer reads one stream,
 * resolves lengths and addresses from its registers and dispatches to the queues. Units are ordered
 * by tokens only: an instruction <em>waits</em> for one token from each unit named in its wait set
 * before it starts and <em>releases</em> one token to each unit in its release set when it ends
 * (FlightLLM, arXiv 2401.03868, section 3.2).
 */
package dev.skein.hls.isa;
