package dev.skein.hls.board.drive;

/**
 * The attention engine of a drive that computes.
 *
 * @param clockMHz of all units
 * @param filterGBps pages through the filter of one flash controller
 * @param kernels attention kernels; a head is on one of them
 * @param headsInFlight heads that all kernels together work on or read for
 * @param gemv matrix times vector
 * @param softmax softmax units
 * @param argtopk the one unit that selects the largest
 */
public record Engine(double clockMHz, double filterGBps, int kernels, int headsInFlight,
        Gemv gemv, Unit softmax, Unit argtopk) {

    /**
     * GeMV units.
     *
     * @param unitsPerKernel that work side by side
     * @param values FP16 values of the matrix that one unit takes in {@code picos}
     * @param picos for them
     */
    public record Gemv(int unitsPerKernel, int values, long picos) {
        /** For other numbers of values, rounded up. */
        public long picos(long values) {
            return Math.ceilDiv(Math.multiplyExact(values, picos), (long) this.values);
        }
    }

    /**
     * A unit that takes its elements one after another.
     *
     * @param units of a kernel, or of the drive
     * @param cyclesPerElement all passes over an element together
     * @param latencyCycles once for each call
     */
    public record Unit(int units, int cyclesPerElement, int latencyCycles) {}

    /** What a unit takes for so many elements. */
    public long picos(Unit unit, long elements) {
        return Picos.ofNanos((elements * unit.cyclesPerElement() + unit.latencyCycles())
                * 1e3 / clockMHz);
    }
}
