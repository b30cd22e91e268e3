package dev.skein.sim.storage;

/** A page, or with an erase a block, on its way. */
final class Page {
    final HeadRun head;
    final FlashOperation operation;
    /** Whether it belongs to the second product. */
    final boolean attends;
    final int plane;
    final int keptBytes;
    final int values;
    final Marks marks;
    /** Times that it will be read again; -1 until that has been drawn. */
    int retries = -1;

    Page(HeadRun head, boolean attends, PageSet set, int i, int planesPerChannel) {
        this.head = head;
        this.operation = head.phase().operation();
        this.attends = attends;
        this.plane = set.place(i) % planesPerChannel;
        this.keptBytes = set.keptBytes(i);
        this.values = set.values(i);
        this.marks = new Marks(head.marks());
    }
}
