/**
 * Drives in time: from the doorbell to the completion, event by event. No value is computed here;
 * which pages a head touches is given ({@link dev.skein.sim.storage.Attention}).
 *
 * <h2>Timing rules</h2>
 * Times are whole picoseconds from 0; constants are those of {@link
 * dev.skein.hls.board.drive.Drive}, each rounded up. A run starts with an idle drive. "Served"
 * means: one after another, in the order of arrival, arrivals at one time in the order in which
 * their causes happened. Equal runs are equal to the picosecond. Deciding whether a channel may
 * begin ({@code kick}) is apart from beginning.
 *
 * <h3>Link and commands</h3>
 * <ul>
 * <li>The host submits commands in order while fewer than queueDepth are outstanding. A command is
 * its entry of 64 bytes and its payload, served by the link's direction to the drive: n bytes are
 * ceil(n / payload) packets, each with its overhead, at the raw rate. Latency later it is served
 * by the drive's processor. Then its heads wait, first come, first served, until one of
 * headsInFlight places is free (of queueDepth in a drive without an engine). A head is on the
 * kernel that has the fewest, and stays there.
 * <li>When its last head is done, payload and 16 bytes of completion are served by the direction
 * to the host; latency later the command is completed, and the host may submit the next.
 * </ul>
 *
 * <h3>A phase of a head</h3>
 * Selection, if any, is served by argtopk. Then the addresses of all pages of both products are
 * served by the FTL, lookup for each page, and all are in the queues of their planes at once.
 * Tokens of the open group are passed by the DRAM and multiplied. When the last product of the
 * first kind is done the softmax is served by a softmax unit of the kernel; then pages of the
 * second product that are there are multiplied, and others as they come. When the last of them is
 * done the next phase begins.
 *
 * <h3>Flash channel</h3>
 * A command reads the oldest queued page of each plane of a die that has one, p of them. It takes
 * the command lines for select + p * plane; the array starts command(p) = select + p * plane + (p
 * - 1) * nextPlane + status after its begin, and senses for tR. Command lines and data lines do
 * not disturb each other: the closed forms do not count it. On shared lines a pipelined channel
 * would lose 1 % with pages of 16 KiB and 5 % with 4 KiB. A page takes the data lines for S / rate
 * + overhead.
 * <ul>
 * <li>Lock-step: an idle channel with queued reads begins a round: commands go to its dies one
 * after another as the command lines allow, data leaves in the order of commands, and the round
 * ends when the last page is out.
 * <li>Pipelined: a die begins as soon as its own data is out and the command lines are free; data
 * leaves in the order in which it is sensed.
 * <li>Reads go before programs, programs before erases. A program is its data on the data lines,
 * then command(p) and tPROG; an erase command(p) and tBERS; lock-step channels make rounds of
 * them.
 * <li>A page that ECC cannot correct is known when it is out. It is read again: in the next round,
 * before what else waits for its plane, or at once by its die, which is held meanwhile. Each
 * attempt fails with the probability that makes retriesPerRead retries expected, at most
 * maxRetries times.
 * </ul>
 *
 * <h3>Filter, DRAM, kernels</h3>
 * A whole page is served by the filter of its channel (pages without a product bypass it); what it
 * keeps is passed by the DRAM; its product is served by the GeMV unit of the head's kernel that is
 * free first, in proportion to the values kept. Programs pass the DRAM before they are queued.
 *
 * <h3>Accounting</h3>
 * Every picosecond of every unit is in one {@link dev.skein.sim.storage.Account}; they sum to the
 * run. While it serves it is busy. A pause is divided by the history of what ends it: until its
 * command had arrived it is waitLink, then until its phase was issued waitHead, until its
 * addresses were known waitFtl, until it was sensed waitFlash, until it was out waitChannel, and
 * so on. A die with data that is not out yet is in waitChannel. After the last of its work a unit
 * is idle.
 *
 * <h3>Faults</h3>
 * Retries change times and counts only. A lost completion: the host asks after its timeout, with a
 * command and a completion that take their way, and goes on; the report counts it. A page that
 * cannot be read, a die that does not answer, a power cut and a drive that is removed end the run
 * with a {@link dev.skein.sim.storage.DriveFaultException} that names the fault and, where time
 * matters, what was completed.
 *
 * <h2>Fast mode</h2>
 * {@link dev.skein.sim.storage.FluidDrive}: heads of a step are alike, so the event model runs
 * some and the rest flows at their rate. A test holds it to 2 % of the event model. What is exact
 * by symmetry, not by approximation: layers, and drives with equally many heads, of dense
 * attention.
 */
package dev.skein.sim.storage;
