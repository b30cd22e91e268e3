package dev.skein.runtime.verify;

import java.util.Optional;

/**
 * How the logits of a target compare with those of the functional simulator.
 *
 * @param target its name
 * @param tokens that went through both, prompt included
 * @param steps after which logits were compared
 * @param mismatches steps in which they differed, by more than the tolerance where there is one
 * @param first the first difference
 * @param farthest the largest distances of any step
 * @param functionalMillis time of all steps on the functional simulator
 * @param targetMillis time of all steps on the target
 */
public record Comparison(String target, int tokens, int steps, int mismatches,
        Optional<Difference> first, Tolerance.Distance farthest, double functionalMillis,
        double targetMillis) {

    /**
     * Two logits whose bits differ.
     *
     * @param step which step, from 0
     * @param position tokens before it
     * @param logits that differ in this step
     * @param index of the first one
     * @param expected what the functional simulator has there
     * @param found what the target has
     */
    public record Difference(int step, int position, int logits, int index, float expected,
            float found) {

        /** Between the logits of a step, if there is any. */
        static Optional<Difference> of(int step, int position, float[] expected, float[] found) {
            int count = 0;
            int index = -1;
            for (int i = 0; i < expected.length; i++) {
                if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(found[i])) {
                    index = count++ == 0 ? i : index;
                }
            }
            return count == 0 ? Optional.empty() : Optional.of(new Difference(step, position,
                    count, index, expected[index], found[index]));
        }
    }
}
