package dev.skein.sim.gpu;

/**
 * A kernel on a GPU; all times in seconds.
 *
 * @param kernel what it does
 * @param start after the launch gap, from the beginning of the step
 * @param launch the gap before it
 * @param memory what its bytes take
 * @param tensor what its products on the tensor cores take
 * @param vector what its other instructions take
 * @param least what any kernel takes
 */
public record KernelTime(Kernel kernel, double start, double launch, double memory, double tensor,
        double vector, double least) {

    /** The kernel alone: what takes longest hides the rest. */
    public double running() {
        return Math.max(working(), least);
    }

    private double working() {
        return Math.max(memory, Math.max(tensor, vector));
    }

    /** With its launch. */
    public double seconds() {
        return launch + running();
    }

    /** What takes longest. */
    public Bound boundBy() {
        if (launch >= running() || least > working()) {
            return Bound.LAUNCH;
        }
        if (memory >= Math.max(tensor, vector)) {
            return Bound.MEMORY;
        }
        return tensor >= vector ? Bound.TENSOR : Bound.VECTOR;
    }
}
