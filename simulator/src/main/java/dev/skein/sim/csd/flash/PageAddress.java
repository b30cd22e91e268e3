package dev.skein.sim.csd.flash;

/**
 * The logical address of a page, in units of groups. A checkpoint has its number as {@code index},
 * its copy as {@code sequence} and the count of its parts as {@code layer}.
 *
 * @param kind what it holds
 * @param task the task's serial number, which is never used again, 32 bits
 * @param sequence of the batch, 32 bits
 * @param layer 16 bits
 * @param head of keys and values, 16 bits
 * @param index token group, or span of tokens, 32 bits
 * @param part group of entries of a {@link PageKind#KEY_ENTRIES} page, 16 bits
 */
public record PageAddress(PageKind kind, int task, int sequence, int layer, int head, int index,
        int part) {

    @Override
    public String toString() {
        return switch (kind) {
            case CHECKPOINT -> "checkpoint " + index + " copy " + sequence + " part " + part;
            case KEYS, VALUES -> (kind == PageKind.KEYS ? "keys" : "values") + place()
                    + " token group " + index;
            case KEY_ENTRIES -> "key entries" + place() + " span " + index + " entry group "
                    + part;
        };
    }

    private String place() {
        return " of task serial " + task + " sequence " + sequence + " layer " + layer + " head "
                + head;
    }
}
