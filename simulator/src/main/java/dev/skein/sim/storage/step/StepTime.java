package dev.skein.sim.storage.step;

/**
 * What a decode step takes.
 *
 * @param gpuSeconds dense layers, and attention if it is there
 * @param cacheSeconds the cache is read, and attended to if it is in a drive
 * @param flushSeconds new keys and values go to flash
 * @param seconds all of it; less than the sum where things overlap
 * @param cacheBytes that were read where the cache is
 */
public record StepTime(double gpuSeconds, double cacheSeconds, double flushSeconds, double seconds,
        double cacheBytes) {

    /** Part of the step in which the cache is being accessed. */
    public double cacheShare() {
        return cacheSeconds / seconds;
    }

    StepTime plus(StepTime o) {
        return new StepTime(gpuSeconds + o.gpuSeconds, cacheSeconds + o.cacheSeconds,
                flushSeconds + o.flushSeconds, seconds + o.seconds, cacheBytes + o.cacheBytes);
    }

    StepTime times(double factor) {
        return new StepTime(factor * gpuSeconds, factor * cacheSeconds, factor * flushSeconds,
                factor * seconds, factor * cacheBytes);
    }
}
