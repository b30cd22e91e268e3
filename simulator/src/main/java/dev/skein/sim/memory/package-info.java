/**
 * Off-chip memory, cycle by cycle: striping over channels and DRAM channels with banks, open rows
 * and refresh. Two implementations of the rules below that share no time keeping:
 * {@link dev.skein.sim.memory.DramChannel} computes times, {@link dev.skein.sim.memory.TickChannel}
 * is advanced one cycle at a time. They must agree exactly.
 *
 * <h2>Timing rules of a channel</h2>
 * Cycles are counted from 0; "at t" means at the start of cycle t. All constants are those of
 * {@link dev.skein.hls.board.Dram}. At 0 all rows are closed and the data bus is idle.
 * <ol>
 * <li>A transfer {@code [a, b)} is rounded outwards to {@code accessBytes} and cut by the stripe
 * map of {@link dev.skein.hls.board.OffChipMemory} into at most one contiguous <em>request</em> a
 * channel, which arrives when its unit starts it. Requests are served in order of arrival; at equal
 * times by core, then load before store, then by row of a gather.
 * <li>A request is cut at row boundaries into <em>segments</em>: segment index i = local address /
 * rowBytes, bank = i mod banks, row = i / banks. Segments are served strictly in order.
 * <li>Segment n begins at C(n) = max(arrival of its request, D(n-1)), where D is the start of a
 * segment's data: the commands of one segment overlap the data of the previous one.
 * <li>If a refresh is due (C(n) &gt;= due), it goes first: it starts at max(due, end of data of
 * n-1, end of the previous refresh), lasts nRFC, closes all rows; due advances by nREFI (first due
 * at nREFI), and C(n) is at least its end. An idle channel refreshes at once when due. A segment
 * that has begun is finished first.
 * <li>Row open: ready at R = C. Bank closed: activate at A = C, R = A + nRCD. Another row open:
 * precharge at P = max(C, last activate of the bank + nRAS, end of the bank's last data),
 * A = P + nRP, R = A + nRCD.
 * <li>Data: D(n) = max(R(n), end of data n-1, plus nTURN if one of the two is a write and the other
 * a read); it takes ceil(bytes / bytesPerCycle) cycles.
 * </ol>
 * Not modelled: activate-to-activate limits (tRRD, tFAW: one activate in 16 cycles is far below
 * them), per-bank write recovery (in nTURN), the AXI switch (each core uses its local channels).
 */
package dev.skein.sim.memory;
