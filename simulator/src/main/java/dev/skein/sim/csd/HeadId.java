package dev.skein.sim.csd;

/**
 * A head of keys and values.
 *
 * @param task number that the host gave
 * @param sequence of its batch
 * @param layer of the model
 * @param head of the layer on this drive
 */
public record HeadId(int task, int sequence, int layer, int head) {
    @Override
    public String toString() {
        return "task " + task + " sequence " + sequence + " layer " + layer + " head " + head;
    }
}
