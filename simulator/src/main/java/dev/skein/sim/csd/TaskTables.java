package dev.skein.sim.csd;

import dev.skein.hls.number.KvPages;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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
        int number = headNumber(sequence, layer, head);
        if (heads[number] == null) {
            heads[number] = new HeadPages();
        }
        return heads[number];
    }

    /** Number of a head among all of the task; pages of neighbours begin in other channels. */
    int headNumber(int sequence, int layer, int head) {
        return (sequence * shape.layers() + layer) * shape.kvHeads() + head;
    }

    /** Heads that the task may have. */
    int headCount() {
        return heads.length;
    }

    /** Heads that were ever written. */
    List<HeadPages> heads() {
        return Arrays.stream(heads).filter(Objects::nonNull).toList();
    }

    /** {@code [sequences, layers]} */
    int[] allTokens() {
        return tokens.clone();
    }
}
