package dev.skein.hls.isa;

import java.util.Arrays;

/**
 * Who used each byte of a memory last: disjoint intervals in order, each with its last writer and
 * the last reader of each unit since. A writer is taken to come after everything it overlaps, so
 * that it replaces all of it.
 */
final class History {
    private static final int NEVER = -1;

    private static final class Node {
        long start;
        long end;
        int writer = NEVER;
        int writerUnit;
        final int[] readers = new int[Unit.QUEUED];

        Node(long start, long end) {
            this.start = start;
            this.end = end;
            Arrays.fill(readers, NEVER);
        }

        Node copy(long newStart, long newEnd) {
            Node n = new Node(newStart, newEnd);
            n.writer = writer;
            n.writerUnit = writerUnit;
            System.arraycopy(readers, 0, n.readers, 0, Unit.QUEUED);
            return n;
        }
    }

    private Node[] nodes = new Node[64];
    private int size;

    /** Forgets everything. */
    void clear() {
        Arrays.fill(nodes, 0, size, null);
        size = 0;
    }

    /**
     * Records a read.
     *
     * @param from first byte
     * @param to one past the last byte
     * @param unit ordinal of the unit that reads
     * @param index its instruction
     * @param need raised, for each unit, to the latest instruction that has to come before
     */
    void read(long from, long to, int unit, int index, int[] need) {
        int p = find(from);
        long at = from;
        while (at < to) {
            if (p == size || nodes[p].start > at) {
                long end = p == size ? to : Math.min(to, nodes[p].start);
                insert(p, new Node(at, end));
            } else {
                trim(p, at, to);
                if (nodes[p].start < at) {
                    p++;
                }
            }
            Node n = nodes[p++];
            after(n.writerUnit, n.writer, unit, need);
            n.readers[unit] = index;
            at = n.end;
        }
    }

    /** Records a write; parameters as for {@link #read}. */
    void write(long from, long to, int unit, int index, int[] need) {
        int first = find(from);
        int last = first;
        while (last < size && nodes[last].start < to) {
            Node n = nodes[last++];
            after(n.writerUnit, n.writer, unit, need);
            for (int v = 0; v < Unit.QUEUED; v++) {
                after(v, n.readers[v], unit, need);
            }
        }
        Node mine = new Node(from, to);
        mine.writer = index;
        mine.writerUnit = unit;
        if (last == first) {
            insert(first, mine);
            return;
        }
        Node right = nodes[last - 1].end > to ? nodes[last - 1].copy(to, nodes[last - 1].end)
                : null;
        if (nodes[first].start < from) {
            nodes[first++].end = from;
        }
        replace(first, last, mine, right);
    }

    /** Splits node p so that one node covers exactly its part of [from, to). */
    private void trim(int p, long from, long to) {
        Node n = nodes[p];
        if (n.end > to) {
            insert(p + 1, n.copy(to, n.end));
            n.end = to;
        }
        if (n.start < from) {
            insert(p + 1, n.copy(from, n.end));
            n.end = from;
        }
    }

    private static void after(int v, int index, int unit, int[] need) {
        if (v != unit && index > need[v]) {
            need[v] = index;
        }
    }

    /** The first node that ends after {@code from}. */
    private int find(long from) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (nodes[middle].end > from) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void insert(int p, Node node) {
        open(p, 1);
        nodes[p] = node;
    }

    private void replace(int first, int last, Node node, Node right) {
        int wanted = right == null ? 1 : 2;
        open(last, wanted - (last - first));
        nodes[first] = node;
        if (right != null) {
            nodes[first + 1] = right;
        }
    }

    /** Moves the nodes from p on by some places. */
    private void open(int p, int places) {
        if (size + places > nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * nodes.length);
        }
        if (places != 0) {
            System.arraycopy(nodes, p, nodes, p + places, size - p);
        }
        if (places < 0) {
            Arrays.fill(nodes, size + places, size, null);
        }
        size += places;
    }
}
