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
 * <h3>Sequencer</h3>
 * One for each core. It spends dispatchCycles on an instruction: begun at s, ready at
 * r = s + dispatchCycles.
 * <ul>
 * <li>For a unit: enters the unit's queue at the first t &gt;= r at which fewer than queueDepth
 * instructions that entered before t have not started before t (a slot freed at t is used from
 * t + 1); the next instruction begins at t.
 * <li>SETB, SPAN, REP, ENDREP: the next one begins at r. ENDREP comes once a trip, REP once.
 * <li>LOOP, ENDLOOP, END: at max(r, e + tokenLatency), e the latest end of all instructions
 * dispatched so far; END ends the core at that cycle.
 * </ul>
 *
 * <h3>Units and tokens</h3>
 * In order. The head, entered at q, starts at the first t with t &gt;= q + 1, t &gt;= the cycle at
 * which the unit is free of its predecessor, and a visible token in every FIFO it waits for; it
 * takes one from each. It frees the unit at F and ends at E &gt;= F. At E it pushes a token to each
 * FIFO in its release set, visible from E + tokenLatency. E never decreases within a unit (an LD
 * from a fast memory does not overtake an earlier one from a slow memory). A release never waits:
 * in program order a FIFO of a verified program holds at most
 * {@link dev.skein.hls.isa.Unit#TOKEN_DEPTH} tokens, so at any time at most queueDepth more, which
 * is what the FIFOs are sized for.
 * <ul>
 * <li>MPE: F = E = start + ceil(m / M) * ceil(n / N) * ceil(k / K) + fill, M, N, K the shape of
 * the mode; the same when transposed.
 * <li>SFU: F = E = start + ceil(cols / lanes) * rows * passes + latency of its kind; cols of ROPE
 * is heads * rotaryDim.
 * <li>BCAST: F = E = start + ceil(4 * rows * cols / broadcastBytesPerCycle) + crossing.
 * <li>SYNC: F = E = last arrival + barrier for the k-th SYNC of every core; arrival is its start.
 * <li>LD, ST: each of its ranges (two if a span leaves a gap in the context) is cut into requests,
 * one a channel, that arrive at the start, those of the first range before those of the second
 * ({@link dev.skein.sim.memory} has the rules from there on). F = the end of the last data,
 * E = F + latency of the memory.
 * <li>LDG: first the row numbers are read as an LD of 4 * count bytes; when they are here (their
 * end of data + latency) the requests of all rows arrive, rows in order. F and E as for LD. Without
 * values row r has number r.
 * </ul>
 * Instruction fetch is part of dispatchCycles. Writing a result never waits for a buffer port.
 *
 * <h3>Accounting</h3>
 * Every cycle of every unit is exactly one of: busy; waitMemory (LD, ST: the duration less the data
 * cycles of its busiest channel, so row misses, refresh, other users; LDG: those of the row numbers
 * plus those of the rows, and the latency between them is waitMemory); waitPeer (SYNC before the
 * last arrival); waitToken (the head is there, the unit is free, a token is missing; charged to the
 * unit whose token came last, the first such unit at equal times); waitDispatch (free, queue empty,
 * more to come in this run); idle (after its last instruction). Every cycle of a sequencer is:
 * dispatch, waitQueue (the unit's queue is full), waitDrain (loop or end), idle (after END).
 *
 * <p>The timing never changes a value: values are computed by the functional machine when an
 * instruction starts. It changes the other way round only for LDG, whose addresses are data.
 */
package dev.skein.sim.fpga;
