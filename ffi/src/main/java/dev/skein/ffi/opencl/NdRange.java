package dev.skein.ffi.opencl;

/**
 * How many work items a kernel runs on, in one or two dimensions.
 *
 * @param dimensions 1 or 2
 * @param globalX work items of the first dimension, the one that is adjacent in memory
 * @param globalY work items of the second
 * @param localX work items of a group, 0 leaves groups to the driver
 * @param localY likewise
 */
public record NdRange(int dimensions, long globalX, long globalY, long localX, long localY) {

    /** Refuses ranges that no device accepts. */
    public NdRange {
        if (dimensions < 1 || dimensions > 2) {
            throw new IllegalArgumentException("dimensions " + dimensions + "; allowed are 1, 2");
        }
        if (globalX < 1 || globalY < 1 || localX < 0 || localY < 0
                || (localX == 0) != (localY == 0)) {
            throw new IllegalArgumentException("global " + globalX + " x " + globalY + ", local "
                    + localX + " x " + localY + ": global sizes are at least 1, local ones too or"
                    + " both 0");
        }
        if (localX != 0 && (globalX % localX != 0 || globalY % localY != 0)) {
            // OpenCL C 1.2 has no incomplete groups
            throw new IllegalArgumentException("global " + globalX + " x " + globalY
                    + " is no multiple of local " + localX + " x " + localY);
        }
    }

    /** A line of work items, grouped as the driver likes. */
    public static NdRange of(long globalItems) {
        return new NdRange(1, globalItems, 1, 0, 0);
    }

    /** A line of work items in groups. */
    public static NdRange of(long globalItems, long localItems) {
        return new NdRange(1, globalItems, 1, localItems, 1);
    }

    /** A plane of work items, grouped as the driver likes. */
    public static NdRange plane(long globalX, long globalY) {
        return new NdRange(2, globalX, globalY, 0, 0);
    }

    boolean hasLocal() {
        return localX != 0;
    }

    @Override
    public String toString() {
        return globalX + "x" + globalY + (hasLocal() ? " in groups of " + localX + "x" + localY
                : "");
    }
}
