/**
 * Cycle-level model of the FPGA overlay. {@link dev.skein.sim.fpga.CycleMachine} is event-driven;
 * {@link dev.skein.sim.fpga.TickMachine} advances every component each cycle and has its own
 * queues, tokens, channels and barrier. Both follow the rules below and must agree exactly, in
 * cycles and in every counter. They share what has no notion of time: the walk through a stream,
 * resolved operands and costs, and the stripe map.
 *
 * <h2>Timing rules</h2>
 * Cycles are counted from 0; "at t" means at the start of cycle t. Constants are those of
 * {@link dev.skein.hls.board.Board}. A run starts at 0 with empty queues, no tokens and idle
 * memories, and lasts until the last core has ended.
 *
 * <h3>Instruction fetch</h3>
 * One for each core, unless streams are on chip. The stream of a core is cut into blocks of
 * blockBytes from its first instruction and lies behind the middle of the board's fetch memory. The
 * fetch unit reads blocks in order, at most one a cycle, as a load of that memory
 * ({@link dev.skein.sim.memory}; at equal times after LD and ST of its core), the first at 0, as
 * long as the buffer holds fewer than bufferBytes, blocks on their way included; a block is there
 * when its data has landed, and leaves the buffer when the sequencer begins its last instruction
 * (its room is used from the next cycle on). Going back to instruction k (ENDLOOP, ENDREP, at the
 * cycle t they leave the sequencer) costs nothing if k is one of the last loopBufferBytes that were
 * taken from the buffer since the last jump that was not; else the buffer is given up, and reading
 * begins with the block of k at t + 1. What is on its way then still arrives, to be dropped.
 *
 * <h3>Sequencer</h3>
 * One for each core. An instruction begins at s, the first cycle not before its predecessor has
 * left at which it is in the buffer or the loop buffer. It takes dispatchCycles: ready at
 * r = s + dispatchCycles.
 * <ul>
 * <li>For a unit: enters the unit's queue at the first t &gt;= r at which fewer than queueDepth
 * instructions that entered before t have not started before t (a slot freed at t is used from
 * t + 1), and leaves at t.
 * <li>SETB, SPAN, REP, ENDREP: leaves at r. ENDREP comes once a trip, REP once.
 * <li>LOOP, ENDLOOP, END: leaves at max(r, e + tokenLatency), e the latest end of all instructions
 * dispatched so far; END not before all blocks have arrived. END ends the core at that cycle.
 * </ul>
 *
 * <h3>Units and tokens</h3>
 * In order. A unit has N instructions in flight at most: N = outstanding for LD and ST, else 1. The
 * head, entered at q, starts at the first t with t &gt;= q + 1, t &gt; the start of its
 * predecessor, t &gt;= the end of the N-th instruction before it, and a visible token in every FIFO
 * it waits for; it takes one from each. Its work is over at F and it ends at E &gt;= F. At E it
 * pushes a token to each FIFO in its release set, visible from E + tokenLatency. Neither F nor E
 * ever decreases within a unit (an LD from a fast memory does not overtake an earlier one from a
 * slow memory). A release never waits: in program order a FIFO of a verified program holds at most
 * {@link dev.skein.hls.isa.Unit#TOKEN_DEPTH} tokens, so at any time at most queueDepth more, which
 * is what the FIFOs are sized for.
 * <ul>
 * <li>MPE: F = E = start + ceil(m / M) * ceil(n / N) * ceil(k / K) + fill, M, N, K the shape of
 * the mode; the same when transposed. SPMM, SPMV: k is 16 * steps. An MV of
 * attention (n or k of mode CONTEXT or TILE) computes outputs in multiples of
 * {@link dev.skein.hls.board.Mapping#outputs()}: n is rounded up to one.
 * <li>SFU: F = E = start + ceil(cols / lanes) * rows * passes + latency of its kind; cols of ROPE
 * is heads * rotaryDim.
 * <li>BCAST: F = E = start + ceil(4 * rows * cols / broadcastBytesPerCycle) + crossing.
 * <li>SYNC: F = E = last arrival + barrier for the k-th SYNC of every core; arrival is its start.
 * <li>LD, ST: each of its ranges (two if a span leaves a gap in the context) is cut into requests,
 * one a channel, that arrive at the start, those of the first range before those of the second
 * ({@link dev.skein.sim.memory} has the rules from there on). F: all data has moved. E: all data is
 * with the core.
 * <li>LDG: first the row numbers are read as an LD of 4 * count bytes; when they are with the core
 * the requests of all rows arrive, rows in order; the next instruction starts after that. F and E
 * as for LD. Without values row r has number r.
 * </ul>
 * Writing a result never waits for a buffer port; that a tile is not overwritten while it is read
 * (double buffering) is what tokens are for.
 *
 * <h3>Accounting</h3>
 * Every cycle of every unit is exactly one of the following. While an instruction is in flight that
 * has not reached F, the cycle belongs to the oldest of them: busy (LD, ST, LDG: at most the data
 * cycles of its busiest channel, row numbers and rows summed), waitMemory (the rest of a transfer:
 * row misses, refresh, other users, links), waitPeer (SYNC before the last arrival). Else:
 * waitMemory (as many in flight as may be, only latency is left), then waitFetch or waitDispatch
 * (no instruction in the queue, while the sequencer waits for instructions or does something else),
 * then waitToken (a token is missing; charged to the unit whose token came last, the first such
 * unit at equal times); after the last instruction: idle. Every cycle of a sequencer is: dispatch,
 * waitQueue (the unit's queue is full), waitDrain (loop or end), waitFetch, idle (after END).
 *
 * <p>The timing never changes a value: values are computed by the functional machine when an
 * instruction starts. It changes the other way round only for LDG, whose addresses are data.
 */
package dev.skein.sim.fpga;
