package dev.skein.sim.csd;

import dev.skein.hls.number.KvPages;

/** What the drive keeps in DRAM of a task. */
final class TaskTables {
    private final int id;
    private final int serial;
    private final TaskShape shape;
    private final KvPages pages;
    private final int[] tokens;
    private final HeadPages[] heads;

    TaskTables(int id, int serial, TaskShape shape, int pageBytes) {
        this.id = id;
        this.serial = serial;
        this.shape = shape;
        this.pages = KvPages.of(pageBytes, shape.headDim(), shape.pageChannels());
        this.tokens = new int[shape.sequences() * shape.layers()];
        this.heads = new HeadPages[tokens.length * shape.kvHeads()];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = new HeadPages();
            heads[i].valueSums = new long[shape.headDim()];
        }
    }

    int id() {
        return id;
    }

    int serial() {
        return serial;
    }

    TaskShape shape() {
        return shape;
    }

    KvPages pages() {
        return pages;
    }

    int tokens(int sequence, int layer) {
        return tokens[sequence * shape.layers() + layer];
    }

    void setTokens(int sequence, int layer, int count) {
        tokens[sequence * shape.layers() + layer] = count;
    }

    HeadPages head(int sequence, int layer, int head) {
        return heads[headNumber(sequence, layer, head)];
    }

    /** Number of a head among all of the task; pages of neighbours begin in other channels. */
    int headNumber(int sequence, int layer, int head) {
        return (sequence * shape.layers() + layer) * shape.kvHeads() + head;
    }

    HeadPages[] heads() {
        return heads;
    }

    /** {@code [sequences, layers]} */
    int[] allTokens() {
        return tokens.clone();
    }
}
