package dev.skein.runtime.device;

/**
 * What a step costs on the simulated target.
 *
 * @param cycles kernel cycles
 * @param seconds the same in time on the target
 * @param bytesMoved physical bytes read and written off chip
 * @param bandwidthUtilisation bytes moved over what the board's HBM could move in that time
 * @param joules estimate by the board's energy coefficients
 * @param boundBy the resource with the largest share of the time
 */
public record StepCost(long cycles, double seconds, long bytesMoved, double bandwidthUtilisation,
        double joules, String boundBy) {}
