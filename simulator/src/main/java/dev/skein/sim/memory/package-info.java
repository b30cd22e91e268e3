/**
 * Off-chip memory: striping over channels, DRAM channels with bank groups, open rows and refresh,
 * and the AXI switch. Two implementations of the rules below that share no time keeping:
 * {@link dev.skein.sim.memory.DramChannel} and {@link dev.skein.sim.memory.LinkTimes} compute
 * times, {@link dev.skein.sim.memory.TickChannel} and {@link dev.skein.sim.memory.TickLink} are
 * advanced one tick at a time. They must agree exactly.
 *
 * <h2>Time</h2>
 * A memory keeps time in ticks of its own clock, counted from 0; "at t" means at the start of tick
 * t. What arrives at kernel cycle c arrives at the first tick that begins not before c; what is
 * over at tick t is seen at the first cycle that begins not before t
 * ({@link dev.skein.hls.board.ClockRatio}). Constants are those of
 * {@link dev.skein.hls.board.DramTiming}. At 0 all rows are closed and nothing is owed.
 *
 * <h2>Timing rules of a channel</h2>
 * <ol>
 * <li>A transfer {@code [a, b)} is rounded outwards to {@code accessBytes} and cut by the stripe
 * map of {@link dev.skein.hls.board.OffChipMemory} into at most one contiguous <em>request</em> a
 * channel, which arrives when its unit starts it. Requests are served in order of arrival; at equal
 * times by core, then load, store, fetch, then by row of a gather.
 * <li>A request is a sequence of bursts. The address map
 * ({@link dev.skein.hls.board.AddressMap}) sends consecutive bursts round the banks selected by the
 * bits below the column; a <em>segment</em> is the part of a request in one row of each of them.
 * <li>Segment n begins at C(n) = max(arrival, C(n-1), X(n-K)): K = lookahead, X(m) the first column
 * command of segment m, so at most K segments are prepared ahead of their data.
 * <li>For each bank of the segment, in the order of its bursts: row open: nothing to do. Closed:
 * activate at A &gt;= C, not before the bank has recovered. Another row open: precharge at
 * P &gt;= C, A &gt;= P + nRP. P also waits for the bank's last activate + nRAS, read + nRTP, end of
 * write data + nWR. A also waits for the bank's last activate + nRC, the last activate + nRRDS, the
 * last in the bank group + nRRDL, the fourth last + nFAW. Activates are in order.
 * <li>Column commands are in order, one a burst, each at the first X with: X &gt;= C, the bank's
 * activate + nRCD, the last column + nCCDS, the last in the bank group + nCCDL; a read: end of the
 * last write data + nWTRS, of the last in the bank group + nWTRL; a write: last read + nRTW. Write
 * data is over at X + nCWL + burst.
 * <li>The burst is over at X + burst, burst = burstBytes / bytesPerTick. (Where the data really is
 * on the bus, nCL or nCWL later, is in the latency.)
 * <li>Closed page: after its last burst in a segment a bank is precharged as soon as it may, and
 * has recovered nRP later.
 * <li>Refresh of all banks: the k-th is due at k * nREFI. If C(n) &gt;= due, it goes first. It
 * starts at the first time not before due, the end of the previous one, any activate + nRAS, read +
 * nRTP, end of write data + nWR; takes nRP + nRFC; closes all rows. An idle channel refreshes at
 * once when due; segments that have begun are finished first.
 * <li>Refresh of single banks: bank b is due every banks * (nREFI / banks), first at
 * (b + 1) * (nREFI / banks). A segment with C &gt;= due finds it done: it starts at the first time
 * not before due at which the bank may be precharged (open) or has recovered (closed), and the bank
 * has recovered nRP (if it was open) + nRFCsb later. Other banks go on.
 * </ol>
 *
 * <h2>The way to the core</h2>
 * Bursts come out of the channel in order and pass the links of their way
 * ({@link dev.skein.sim.memory.Way}): none, if the port is the channel's own; else the lateral
 * links between the mini-switches of channel and port, and the port. A link serves requests in
 * order of arrival at the channels, moves one burst at a time at the rate of a channel, and begins
 * a burst not before it has come in. A request's data has moved when its last burst has left the
 * last link, and is with the core (latency - burst + switch) ticks later, plus the core's crossing
 * in kernel cycles: an idle channel with its row open answers a single burst after exactly the
 * latency of the board file.
 *
 * <p>A core has a data mover for each HBM channel and direction. An LD into a buffer, or an ST, for
 * which the board gives less than 100 percent ({@link dev.skein.hls.board.TransferRates}) holds it
 * for b * 100 / (percent * bytesPerTick) ticks for a request of b bytes, rounded up, from its
 * arrival or the end of the mover's request before; the request's data has not moved before the
 * mover has taken it, however fast the channel was. The channel goes on meanwhile.
 *
 * <p>Not modelled: reordering of requests (row hits first), conflicts on the command bus, spacing
 * of refreshes of single banks among themselves, back pressure of a link on its channel, the dead
 * cycle between masters on a lateral link; writes pass the same links in the same order as reads.
 */
package dev.skein.sim.memory;
