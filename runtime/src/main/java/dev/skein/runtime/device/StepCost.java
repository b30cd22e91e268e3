package dev.skein.runtime.device;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a step costs on the target.
 *
 * @param cycles kernel cycles
 * @param seconds the same in time on the target
 * @param bytesMoved physical bytes read and written off chip
 * @param bandwidthUtilisation bytes moved over what the board's HBM could move in that time
 * @param joules estimate by the board's energy coefficients
 * @param boundBy the resource with the largest share of the time
 * @param opSeconds time that instructions occupied their unit, summed over all cores, by mnemonic;
 *     empty if the device does not tell
 */
public record StepCost(long cycles, double seconds, long bytesMoved, double bandwidthUtilisation,
        double joules, String boundBy, Map<String, Double> opSeconds) {
    /** Copies the map, in the order of names. */
    public StepCost {
        opSeconds = Collections.unmodifiableMap(new TreeMap<>(opSeconds));
    }
}
