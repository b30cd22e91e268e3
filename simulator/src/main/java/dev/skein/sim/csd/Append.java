package dev.skein.sim.csd;

/**
 * Tokens that follow those that a layer of a sequence has.
 *
 * @param task number that the host gave
 * @param sequence of its batch
 * @param layer of the model
 * @param firstToken position of the first one: how many there are before
 * @param tokens how many
 */
public record Append(int task, int sequence, int layer, int firstToken, int tokens) {
}
