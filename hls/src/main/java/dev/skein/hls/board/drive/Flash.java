package dev.skein.hls.board.drive;

/**
 * The flash array behind the channel controllers.
 *
 * @param geometry what there is
 * @param timing what it takes
 * @param errors how often a read has to be repeated
 * @param controller how a channel schedules its dies
 */
public record Flash(Geometry geometry, Timing timing, Errors errors, Controller controller) {

    /**
     * What there is, and where pages of a stripe go.
     *
     * @param channels that work independently
     * @param diesPerChannel that share a channel's lines
     * @param planesPerDie that one command can read together
     * @param pageBytes the unit of reading and programming
     * @param pagesPerBlock the unit of erasing
     * @param blocksPerPlane capacity
     * @param peCycles program and erase cycles that a block endures
     */
    public record Geometry(int channels, int diesPerChannel, int planesPerDie, int pageBytes,
            int pagesPerBlock, int blocksPerPlane, int peCycles) {
        /** Planes of a channel, all of which can read at the same time. */
        public int planesPerChannel() {
            return diesPerChannel * planesPerDie;
        }

        /** All of it. */
        public long capacityBytes() {
            return (long) channels * planesPerChannel() * blocksPerPlane * pagesPerBlock
                    * pageBytes;
        }
    }

    /**
     * Times in picoseconds.
     *
     * @param channelGBps what the data lines of a channel move
     * @param overheadPicos of each page on the data lines
     * @param tRPicos sensing
     * @param tPROGPicos programming
     * @param tBERSPicos erasing
     * @param selectPicos of a command, once
     * @param planePicos command and address cycles of each plane of it
     * @param nextPlanePicos from one plane of it to the next
     * @param statusPicos from the last cycle to the array's start
     */
    public record Timing(double channelGBps, long overheadPicos, long tRPicos, long tPROGPicos,
            long tBERSPicos, long selectPicos, long planePicos, long nextPlanePicos,
            long statusPicos) {
        /** From the first cycle of a command for so many planes until the array starts. */
        public long commandPicos(int planes) {
            return linesPicos(planes) + (planes - 1) * nextPlanePicos + statusPicos;
        }

        /** The part of it in which the command lines are taken. */
        public long linesPicos(int planes) {
            return selectPicos + planes * planePicos;
        }
    }

    /**
     * Read errors.
     *
     * @param retriesPerRead expected repetitions of a read
     * @param maxRetries after which a page is given up
     */
    public record Errors(double retriesPerRead, int maxRetries) {}

    /** How a channel's controller schedules reads. */
    public enum Controller {
        /** All planes are read together; the next reads begin when all of it is out. */
        LOCK_STEP("lockStep"),
        /** A die is read again as soon as its own data is out. */
        PIPELINED("pipelined");

        private final String key;

        Controller(String key) {
            this.key = key;
        }

        /** As in the file. */
        public String key() {
            return key;
        }
    }

    /** One page on the data lines of its channel. */
    public long transferPicos() {
        return Picos.ofBytes(geometry.pageBytes(), timing.channelGBps()) + timing.overheadPicos();
    }

    /** Peak of all channels in 10^9 bytes per second. */
    public double peakGBps() {
        return geometry.channels() * timing.channelGBps();
    }

    /** The same flash with another rate of read errors. */
    public Flash withErrors(Errors other) {
        return new Flash(geometry, timing, other, controller);
    }
}
