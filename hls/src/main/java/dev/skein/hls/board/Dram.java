package dev.skein.hls.board;

/**
 * One DRAM channel and its controller, which serves requests in order of arrival. Times are ticks
 * of the memory clock; the rules that use them are the package documentation of the simulator's
 * memory package.
 *
 * @param clock memory clock over kernel clock
 * @param bytesPerTick data bus
 * @param burstBytes data of one column command
 * @param accessBytes smallest access; transfers are rounded outwards to it; a multiple of the burst
 * @param rowBytes row (page) of one bank, a power of two of bursts
 * @param map where an address lies
 * @param closedPage whether a row is closed after its last access (auto-precharge)
 * @param refreshPerBank whether banks are refreshed one by one, or all together
 * @param lookahead row segments the controller prepares before the data of the first has begun
 * @param timing of the banks and the bus
 * @param latencyTicks an idle channel with its row open: from arrival until the first burst is at
 *     the port
 */
public record Dram(ClockRatio clock, int bytesPerTick, int burstBytes, int accessBytes,
        int rowBytes, AddressMap map, boolean closedPage, boolean refreshPerBank, int lookahead,
        DramTiming timing, int latencyTicks) {

    /** Ticks of the data bus for one burst. */
    public int burstTicks() {
        return Math.ceilDiv(burstBytes, bytesPerTick);
    }

    /** Bytes the data bus moves in a second at a kernel clock, 10^9 bytes per second. */
    public double peakGBps(double kernelMHz) {
        return bytesPerTick * kernelMHz * clock.memory() / clock.kernel() / 1e3;
    }
}
